#include "http/header_lines.h"

#include <gtest/gtest.h>

namespace weir::http {
namespace {

TEST(HeaderLines, a_value_that_holds_a_line_end_anywhere_is_left_out_with_its_name) {
  for (char c : {'\r', '\n', '\0'}) {
    for (std::size_t size = 1; size < 40; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string value(size, 'x');
        value[at] = c;
        HeaderLines lines;
        lines.add("x-name", value);
        EXPECT_EQ(lines.text(), "") << "at " << at << " of " << size;
      }
    }
  }
}

TEST(HeaderLines, any_other_value_goes_out_as_it_is) {
  HeaderLines lines;
  lines.add("a", "tabs\tand \x01\x0f controls, \x7f and M\xc3\xbcnchen");
  lines.add("b", "");
  EXPECT_EQ(lines.text(), "a: tabs\tand \x01\x0f controls, \x7f and M\xc3\xbcnchen\r\nb: \r\n");
}

}  // namespace
}  // namespace weir::http
