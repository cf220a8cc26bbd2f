#include "config/values.h"

#include <gtest/gtest.h>

namespace weir::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(ParseTime, reads_a_number_and_its_unit) {
  const std::vector<std::pair<std::string_view, milliseconds>> rows{
      {"250ms", milliseconds(250)}, {"5s", seconds(5)},    {"10m", minutes(10)}, {"1h", hours(1)},
      {"24h", hours(24)},           {"7d", hours(7 * 24)}, {"0s", seconds(0)},   {"10000d", hours(240'000)},
  };
  for (const auto& [text, time] : rows) EXPECT_EQ(parse_time(text), time) << text;
}

TEST(ParseTime, refuses_everything_else_and_says_what_a_time_looks_like) {
  for (std::string_view text : {"", "5", "s", "5 s", " 5s", "5s ", "-5s", "+5s", "5.5s", "5S", "5min",
                                "1h30m", "10001d", "18446744073709551615d", "99999999999999999999s"}) {
    auto time = parse_time(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error(),
              "is not a time; write a whole number and its unit, such as 250ms, 5s, 10m, 1h or 7d");
  }
}

TEST(ParseSize, reads_powers_of_1024_and_of_1000) {
  const std::vector<std::pair<std::string_view, Bytes>> rows{
      {"0B", 0_B},
      {"512B", 512_B},
      {"64KiB", 64_KiB},
      {"32MiB", 32_MiB},
      {"2GiB", 2_GiB},
      {"1TiB", 1024_GiB},
      {"1KB", 1000_B},
      {"1MB", 1'000'000_B},
      {"1GB", 1'000'000'000_B},
      {"2TB", 2'000'000'000'000_B},
  };
  for (const auto& [text, size] : rows) EXPECT_EQ(parse_size(text), size) << text;
}

TEST(ParseSize, refuses_everything_else_and_says_what_a_size_looks_like) {
  for (std::string_view text : {"", "64", "KiB", "64K", "64kib", "64 KiB", "1.5MiB", "-1B", "16777216TiB"}) {
    auto size = parse_size(text);
    ASSERT_FALSE(size) << text;
    EXPECT_EQ(size.error(), "is not a size; write a whole number and its unit, such as 64KiB, 32MiB or 1GB");
  }
}

TEST(ParsePrice, reads_dollars_for_a_million_tokens_as_pico_dollars_for_one) {
  EXPECT_EQ(parse_price("2.50"), 2'500'000U);
  EXPECT_EQ(parse_price("10"), 10'000'000U);
  EXPECT_EQ(parse_price("0"), 0U);
  EXPECT_EQ(parse_price("0.000001"), 1U);
  EXPECT_EQ(parse_price("1000000"), 1'000'000'000'000U);
}

TEST(ParsePrice, refuses_everything_else_and_says_what_a_price_looks_like) {
  for (std::string_view text : {"", "-1", "$1", "1.", ".5", "1.0000001", "1,5", "1e3", "1000001", "2.5 "}) {
    auto price = parse_price(text);
    ASSERT_FALSE(price) << text;
    EXPECT_EQ(price.error(),
              "is not a price; write dollars for a million tokens, such as 2.50, with at most six decimals");
  }
}

TEST(ParseShare, reads_percent) {
  EXPECT_EQ(parse_share("80%"), Share{0.8});
  EXPECT_EQ(parse_share("12.5%"), Share{0.125});
  EXPECT_EQ(parse_share("0%"), Share{0});
  EXPECT_EQ(parse_share("100%"), Share{1});
}

TEST(ParseShare, refuses_everything_else) {
  for (std::string_view text : {"", "80", "%", "101%", "-1%", "1e1%", "nan%", "inf%", "80 %"}) {
    EXPECT_FALSE(parse_share(text)) << text;
  }
}

TEST(ParseCount, reads_whole_numbers_that_fit) {
  EXPECT_EQ(parse_count("0"), 0U);
  EXPECT_EQ(parse_count("4294967295"), 4294967295U);
  for (std::string_view text : {"", "4294967296", "-1", "1.0", "1e3", "0x10", "ten", "3 "}) {
    EXPECT_FALSE(parse_count(text)) << text;
  }
}

TEST(FormatTime, uses_the_largest_exact_unit) {
  EXPECT_EQ(format_time(milliseconds(250)), "250ms");
  EXPECT_EQ(format_time(seconds(75)), "75s");
  EXPECT_EQ(format_time(minutes(60)), "1h");
  EXPECT_EQ(format_time(hours(24)), "1d");
  EXPECT_EQ(format_time(seconds(0)), "0s");
}

TEST(FormatSize, reads_back_as_the_same_size) {
  EXPECT_EQ(format_size(64_KiB), "64KiB");
  EXPECT_EQ(format_size(1_GiB), "1GiB");
  for (auto size : {0_B, 1_B, 1000_B, 1023_B, 1024_B, 1'000'000'000_B, 3_GiB}) {
    EXPECT_EQ(parse_size(format_size(size)), size);
  }
}

}  // namespace
}  // namespace weir::config
