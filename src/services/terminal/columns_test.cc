#include "terminal/columns.h"

#include <gtest/gtest.h>

namespace weir::terminal {
namespace {

TEST(Columns, characters_count_and_not_their_bytes) {
  EXPECT_EQ(columns_of("weir"), 4U);
  EXPECT_EQ(columns_of("größe"), 5U);
  EXPECT_EQ(columns_of("日本"), 4U);
  EXPECT_EQ(columns_of("🙂"), 2U);
  EXPECT_EQ(columns_of("e\u0301"), 1U);
  EXPECT_EQ(columns_of(""), 0U);
}

TEST(Columns, bytes_that_are_no_text_count_for_one_each) {
  EXPECT_EQ(columns_of("\xff\xfe"), 2U);
  EXPECT_EQ(columns_of("\xe6\x97"), 2U);  // cut in the middle
  EXPECT_EQ(columns_of("\xf8\x88\x80\x80\x80"), 5U);
}

TEST(CutTo, what_fits_stays_and_what_does_not_ends_in_an_ellipsis) {
  EXPECT_EQ(cut_to(5, "größe"), "größe");
  EXPECT_EQ(cut_to(4, "größe"), "grö…");
  EXPECT_EQ(cut_to(4, "日本語"), "日…");  // half of a wide character is not shown
  EXPECT_EQ(cut_to(1, "weir"), "…");
  EXPECT_EQ(cut_to(0, "weir"), "");
}

TEST(Printable, nothing_gets_through_that_moves_the_cursor_or_turns_the_text) {
  EXPECT_EQ(printable("a\x1b[2Jb\r\n\tc"), "a?[2Jb???c");
  EXPECT_EQ(printable("a\u009bb\u202Ec"), "a?b?c");
  EXPECT_EQ(printable("grün 日本 🙂"), "grün 日本 🙂");
  EXPECT_EQ(printable("\xc3("), "?(");
}

TEST(Wrapped, lines_break_at_spaces_and_long_words_stay_whole) {
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrapped("http://127.0.0.1:4000 is it", 10), "http://127.0.0.1:4000\nis it");
  EXPECT_EQ(wrapped("", 10), "");
}

TEST(Beside, later_lines_stand_under_the_first) {
  EXPECT_EQ(beside("one two three", 11, 4), "one two\n    three");
}

}  // namespace
}  // namespace weir::terminal
