#include "http/headers.h"

#include <gtest/gtest.h>

namespace weir::http {
namespace {

Headers example() {
  Headers headers;
  headers.add("Content-Type", "text/plain");
  headers.add("Connection", "keep-alive,\tUpgrade");
  headers.add("connection", " , Close");
  headers.add("content-type", "text/html");
  return headers;
}

TEST(Headers, finds_the_first_of_a_name_whatever_its_case) {
  EXPECT_EQ(example().find("CONTENT-TYPE"), "text/plain");
  EXPECT_EQ(example().find("content-typ"), std::nullopt);
}

TEST(Headers, counts_lines_of_a_name) {
  EXPECT_EQ(example().count("Connection"), 2U);
  EXPECT_EQ(example().count("host"), 0U);
}

TEST(Headers, a_token_is_found_in_any_line_but_not_inside_another_token) {
  EXPECT_TRUE(example().has_token("connection", "upgrade"));
  EXPECT_TRUE(example().has_token("Connection", "close"));
  EXPECT_FALSE(example().has_token("connection", "keep"));
  EXPECT_FALSE(example().has_token("content-type", "text"));
}

TEST(Headers, are_empty_again_after_clear) {
  Headers headers = example();
  headers.clear();
  EXPECT_EQ(headers.size(), 0U);
  EXPECT_EQ(headers.find("connection"), std::nullopt);
}

}  // namespace
}  // namespace weir::http
