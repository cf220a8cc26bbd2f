#include "base/append.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

std::string milliseconds_of(Duration duration) {
  std::string text;
  append_milliseconds(text, duration);
  return text;
}

TEST(Append, milliseconds_have_the_decimals_they_need) {
  EXPECT_EQ(milliseconds_of(microseconds(12'345)), "12.345");
  EXPECT_EQ(milliseconds_of(microseconds(12'500)), "12.5");
  EXPECT_EQ(milliseconds_of(microseconds(12'000)), "12");
  EXPECT_EQ(milliseconds_of(microseconds(7)), "0.007");
  EXPECT_EQ(milliseconds_of(nanoseconds(499)), "0");
  EXPECT_EQ(milliseconds_of(nanoseconds(-5'000)), "0");
}

TEST(Append, a_number_stands_behind_what_was_there) {
  std::string text = "n=";
  append_number(text, 18'446'744'073'709'551'615ULL);
  EXPECT_EQ(text, "n=18446744073709551615");
}

}  // namespace
}  // namespace weir
