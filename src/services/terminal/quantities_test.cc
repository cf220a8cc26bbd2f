#include "terminal/quantities.h"

#include <gtest/gtest.h>

namespace weir::terminal {
namespace {

TEST(Quantities, large_counts_are_grouped) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(Quantities, sizes_are_told_in_the_unit_that_suits_them) {
  EXPECT_EQ(readable(0_B), "0 B");
  EXPECT_EQ(readable(1023_B), "1023 B");
  EXPECT_EQ(readable(1_KiB), "1 KiB");
  EXPECT_EQ(readable(Bytes{1'258'291}), "1.2 MiB");
  EXPECT_EQ(readable(Bytes{(1U << 20U) - 1}), "1 MiB");  // and not 1024 KiB
  EXPECT_EQ(readable(256_MiB), "256 MiB");
  EXPECT_EQ(readable(Bytes{5'000'000'000'000'000}), "4547.5 TiB");
}

TEST(Quantities, money_is_told_in_cents_and_below_in_two_digits) {
  EXPECT_EQ(readable(NanoDollars{0}), "$0");
  EXPECT_EQ(readable(NanoDollars{1}), "$0.000000001");
  EXPECT_EQ(readable(NanoDollars{3'149'000}), "$0.0031");
  EXPECT_EQ(readable(NanoDollars{9'999'000}), "$0.01");
  EXPECT_EQ(readable(NanoDollars{12'345'000'000}), "$12.35");
  EXPECT_EQ(readable(NanoDollars{1'234'567'890'000'000}), "$1,234,567.89");
  EXPECT_EQ(readable(NanoDollars{-3'149'000}), "-$0.0031");
}

TEST(Quantities, times_are_told_in_the_largest_unit_that_fits) {
  EXPECT_EQ(readable(std::chrono::seconds(59)), "59 s");
  EXPECT_EQ(readable(std::chrono::seconds(60)), "1 min");
  EXPECT_EQ(readable(std::chrono::hours(5)), "5 h");
  EXPECT_EQ(readable(std::chrono::hours(47)), "47 h");
  EXPECT_EQ(readable(std::chrono::hours(49)), "2 days");
  EXPECT_EQ(readable(std::chrono::seconds(-3)), "0 s");  // another machine's clock
}

TEST(Quantities, a_share_of_nothing_is_no_number) {
  EXPECT_EQ(percent_of(1, 3), "33.3%");
  EXPECT_EQ(percent_of(0, 0), "-");
}

}  // namespace
}  // namespace weir::terminal
