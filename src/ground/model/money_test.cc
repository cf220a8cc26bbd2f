#include "model/money.h"

#include <gtest/gtest.h>

#include <limits>

namespace weir {
namespace {

// Dollars for a million tokens: 2.50, half of it when cached, 10.
constexpr Prices kPrices{.input = 2'500'000, .cached_input = 1'250'000, .output = 10'000'000};

TEST(Cost, counts_each_kind_of_token_at_its_price) {
  // 600 x 2.5 + 400 x 1.25 + 50 x 10 micro-dollars.
  EXPECT_EQ(cost_of({.input = 1000, .cached_input = 400, .output = 50}, kPrices), NanoDollars{2'500'000});
}

TEST(Cost, is_rounded_half_up_once) {
  EXPECT_EQ(cost_of({.input = 1}, {.input = 499}), NanoDollars{0});
  EXPECT_EQ(cost_of({.input = 1}, {.input = 500}), NanoDollars{1});
  EXPECT_EQ(cost_of({.input = 2, .output = 1}, {.input = 400, .output = 700}), NanoDollars{2});  // 1.5
}

TEST(Cost, more_cached_tokens_than_tokens_is_taken_for_all_of_them) {
  EXPECT_EQ(cost_of({.input = 10, .cached_input = 99}, kPrices), NanoDollars{12'500});
}

TEST(Cost, past_63_bits_is_nothing) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(cost_of({.input = kMost}, {.input = kMost}), std::nullopt);
}

TEST(Dollars, are_written_with_as_many_decimals_as_it_takes) {
  EXPECT_EQ(to_dollars({2'500'000}), "0.0025");
  EXPECT_EQ(to_dollars({1}), "0.000000001");
  EXPECT_EQ(to_dollars({3'000'000'000}), "3");
  EXPECT_EQ(to_dollars({0}), "0");
}

}  // namespace
}  // namespace weir
