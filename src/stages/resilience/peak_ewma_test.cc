#include "resilience/peak_ewma.h"

#include <gtest/gtest.h>

namespace weir::resilience {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kNow{std::chrono::hours(1)};

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

TEST(PeakEwma, knows_nothing_before_the_first_answer) { EXPECT_EQ(PeakEwma{}.value(kNow), Duration::zero()); }

TEST(PeakEwma, a_slower_answer_counts_at_once) {
  PeakEwma latency;
  latency.observe(milliseconds(100), kNow);
  latency.observe(seconds(5), kNow);
  EXPECT_NEAR(seconds_of(latency.value(kNow)), 5, 1e-3);
}

TEST(PeakEwma, faster_answers_count_little_by_little) {
  PeakEwma latency;
  latency.observe(seconds(5), kNow);
  latency.observe(milliseconds(100), kNow);
  EXPECT_NEAR(seconds_of(latency.value(kNow)), 5, 1e-3);
  latency.observe(milliseconds(100), kNow + seconds(10));
  EXPECT_NEAR(seconds_of(latency.value(kNow + seconds(10))), 5 / 2.718 + 0.1 * (1 - 1 / 2.718), 1e-3);
}

// Thousands of calls a second come less than a millisecond apart.
TEST(PeakEwma, how_many_answers_come_in_a_time_makes_no_difference) {
  PeakEwma rare;
  PeakEwma frequent;
  rare.observe(seconds(5), kNow);
  frequent.observe(seconds(5), kNow);
  for (int i = 1; i <= 100; ++i) rare.observe(milliseconds(100), kNow + milliseconds(100) * i);
  for (int i = 1; i <= 100'000; ++i)
    frequent.observe(milliseconds(100), kNow + std::chrono::microseconds(100) * i);
  TimePoint end = kNow + seconds(10);
  EXPECT_NEAR(seconds_of(rare.value(end)), seconds_of(frequent.value(end)), 0.02);
}

TEST(PeakEwma, an_endpoint_that_was_slow_is_tried_again_when_nobody_asks_it) {
  PeakEwma latency;
  latency.observe(seconds(60), kNow);
  EXPECT_LT(latency.value(kNow + seconds(60)), milliseconds(200));
  EXPECT_EQ(latency.value(kNow + std::chrono::hours(24)), Duration::zero());
}

TEST(PeakEwma, a_clock_that_is_a_little_behind_changes_nothing) {
  PeakEwma latency;
  latency.observe(seconds(5), kNow);
  latency.observe(milliseconds(100), kNow - milliseconds(5));
  EXPECT_NEAR(seconds_of(latency.value(kNow - milliseconds(5))), 5, 1e-3);
}

}  // namespace
}  // namespace weir::resilience
