#include "resilience/hedging.h"

#include <gtest/gtest.h>

namespace weir::resilience {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kNow{std::chrono::hours(1)};
constexpr config::HedgeSettings kOn{.enabled = true};

TEST(Hedging, a_second_attempt_is_due_when_the_first_takes_longer_than_95_of_100) {
  Hedging hedging;
  for (int i = 1; i <= 100; ++i) hedging.note_head(milliseconds(10) * (i * 37 % 101));
  EXPECT_EQ(hedging.due(kOn), milliseconds(950));
}

TEST(Hedging, the_latest_heads_count) {
  Hedging hedging;
  for (int i = 0; i < 200; ++i) hedging.note_head(seconds(60));
  for (int i = 0; i < 200; ++i) hedging.note_head(seconds(2));
  EXPECT_EQ(hedging.due(kOn), seconds(2));
}

TEST(Hedging, never_by_fewer_than_twenty_heads_and_never_when_it_is_off) {
  Hedging hedging;
  for (int i = 0; i < 19; ++i) hedging.note_head(seconds(1));
  EXPECT_EQ(hedging.due(kOn), std::nullopt);
  hedging.note_head(seconds(1));
  EXPECT_EQ(hedging.due(kOn), seconds(1));
  EXPECT_EQ(hedging.due({.enabled = false}), std::nullopt);
}

TEST(Hedging, not_before_the_least_time) {
  Hedging hedging;
  for (int i = 0; i < 20; ++i) hedging.note_head(milliseconds(3));
  EXPECT_EQ(hedging.due(kOn), milliseconds(500));
}

TEST(Hedging, costs_at_most_its_share_of_the_calls) {
  Hedging hedging;
  int hedges = 0;
  for (int i = 0; i < 6'000; ++i) {
    TimePoint now = kNow + milliseconds(100) * i;
    hedging.note_call(now);
    hedges += hedging.take(now, kOn) ? 1 : 0;
  }
  EXPECT_LE(hedges, 300);
  EXPECT_GE(hedges, 250);
}

}  // namespace
}  // namespace weir::resilience
