#include "base/json_string.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(JsonString, escapes_what_json_needs_escaped_and_nothing_else) {
  EXPECT_EQ(json_string("plain / äöü 日本 \U0001F600"), "\"plain / äöü 日本 \U0001F600\"");
  EXPECT_EQ(json_string("a\"b\\c\nd\x01"), R"("a\"b\\c\nd\u0001")");
}

TEST(JsonString, replaces_bytes_that_are_no_utf8) {
  EXPECT_EQ(json_string("a\xFF"
                        "b"),
            "\"a\xEF\xBF\xBD"
            "b\"");
  EXPECT_EQ(json_string("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"") << "overlong";
  EXPECT_EQ(json_string("\xE2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"") << "cut short";
}

}  // namespace
}  // namespace weir
