#include "resilience/concurrency_limit.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::resilience {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Rounds of calls, each as long as a round trip.
struct Day {
  std::uint32_t enter(std::uint32_t calls) {
    std::uint32_t entered = 0;
    while (entered < calls && limit.enter()) ++entered;
    return entered;
  }
  void leave(std::uint32_t calls) {
    for (std::uint32_t i = 0; i < calls; ++i) limit.leave();
  }
  void answer(Duration head) { limit.note_answer(head, now); }
  // As many calls as the limit lets through, all answered.
  void round(std::uint32_t calls, Duration head = milliseconds(500)) {
    std::uint32_t entered = enter(calls);
    now += head;
    for (std::uint32_t i = 0; i < entered; ++i) answer(head);
    leave(entered);
  }

  ConcurrencyLimit limit;
  TimePoint now{std::chrono::hours(1)};
};

TEST(ConcurrencyLimit, there_is_none_before_a_sign_of_congestion) {
  Day day;
  EXPECT_EQ(day.enter(10'000), 10'000U);
  EXPECT_EQ(day.limit.limit(), 0U);
  EXPECT_FALSE(day.limit.full());
}

TEST(ConcurrencyLimit, a_429_takes_it_to_nine_tenths_of_what_is_under_way) {
  Day day;
  day.enter(100);
  day.limit.note_congestion(day.now);
  EXPECT_EQ(day.limit.limit(), 90U);
  EXPECT_TRUE(day.limit.full());
  EXPECT_EQ(day.enter(1), 0U);
  day.leave(11);
  EXPECT_EQ(day.enter(5), 1U);
}

TEST(ConcurrencyLimit, a_burst_of_429s_counts_once_in_a_round_trip) {
  Day day;
  day.enter(100);
  for (int i = 0; i < 50; ++i) day.limit.note_congestion(day.now);
  EXPECT_EQ(day.limit.limit(), 90U);
  day.now += milliseconds(99);
  day.limit.note_congestion(day.now);
  EXPECT_EQ(day.limit.limit(), 90U);
  day.now += milliseconds(1);
  day.leave(40);
  day.limit.note_congestion(day.now);
  EXPECT_EQ(day.limit.limit(), 54U);
}

TEST(ConcurrencyLimit, a_round_trip_is_as_long_as_answers_take) {
  Day day;
  day.round(30, seconds(2));
  day.enter(30);
  day.limit.note_congestion(day.now);
  day.leave(20);
  day.now += milliseconds(1900);
  day.limit.note_congestion(day.now);
  EXPECT_EQ(day.limit.limit(), 27U);
  day.now += milliseconds(100);
  day.limit.note_congestion(day.now);
  EXPECT_EQ(day.limit.limit(), 9U);
}

TEST(ConcurrencyLimit, one_attempt_is_always_let_through) {
  Day day;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(day.enter(5), i == 0 ? 5U : day.limit.limit());
    day.limit.note_congestion(day.now);
    day.leave(day.limit.under_way());
    day.now += seconds(1);
  }
  EXPECT_EQ(day.limit.limit(), 1U);
}

TEST(ConcurrencyLimit, grows_by_one_for_each_round_of_answers_while_it_is_used) {
  Day day;
  day.enter(100);
  day.limit.note_congestion(day.now);
  day.leave(100);
  day.round(90);
  EXPECT_EQ(day.limit.limit(), 90U) << "a little less than one: the limit grows meanwhile";
  day.round(90);
  EXPECT_EQ(day.limit.limit(), 91U);
  for (int i = 0; i < 10; ++i) day.round(40);
  EXPECT_EQ(day.limit.limit(), 91U) << "less than half of it was used";
}

TEST(ConcurrencyLimit, is_none_again_once_nobody_has_come_near_it_for_a_while) {
  Day day;
  day.enter(100);
  day.limit.note_congestion(day.now);
  day.leave(100);
  for (int i = 0; i < 50; ++i) {
    day.round(30, seconds(1));
    EXPECT_EQ(day.limit.limit(), 90U);
  }
  day.now += minutes(1);
  day.round(30);
  day.now += minutes(1);
  day.round(30);
  EXPECT_EQ(day.limit.limit(), 0U) << "90 is more than twice 30";
}

TEST(ConcurrencyLimit, finds_what_a_provider_takes_at_once) {
  Day day;
  constexpr std::uint32_t kTakes = 20;
  int refused = 0;
  int answered = 0;
  for (int round = 0; round < 1'000; ++round) {
    std::uint32_t entered = day.enter(60);
    day.now += milliseconds(500);
    for (std::uint32_t i = 0; i < entered; ++i) {
      if (i < kTakes) {
        day.answer(milliseconds(500));
      } else {
        day.limit.note_congestion(day.now);
      }
      if (round >= 100) ++(i < kTakes ? answered : refused);
    }
    day.leave(entered);
  }
  EXPECT_GT(answered, 900 * 18);
  EXPECT_LT(refused, answered / 30);
}

TEST(ConcurrencyLimit, answers_that_take_three_times_as_long_are_a_sign) {
  Day day;
  for (int i = 0; i < 50; ++i) day.round(10);
  day.enter(10);
  for (int i = 0; i < 19; ++i) day.answer(milliseconds(1500));
  EXPECT_EQ(day.limit.limit(), 0U) << "nineteen may be chance";
  day.answer(milliseconds(1500));
  EXPECT_EQ(day.limit.limit(), 9U);
}

TEST(ConcurrencyLimit, weir_s_own_lag_is_no_sign) {
  Day day;
  for (int i = 0; i < 10; ++i) day.round(1000, milliseconds(2));
  for (int i = 0; i < 10; ++i) day.round(1000, milliseconds(60));
  EXPECT_EQ(day.limit.limit(), 0U);
}

TEST(ConcurrencyLimit, three_slow_calls_are_not_congestion) {
  Day day;
  for (int i = 0; i < 50; ++i) day.round(3);
  for (int i = 0; i < 50; ++i) {
    day.round(3, seconds(5));
    EXPECT_EQ(day.limit.limit(), 0U);
  }
}

// Streams have their head in half a second, whole answers in ten.
TEST(ConcurrencyLimit, any_mix_of_streams_and_whole_answers_is_no_sign) {
  for (std::uint64_t percent = 0; percent <= 100; percent += 5) {
    Day day;
    Random random(percent);
    day.enter(50);
    for (int i = 0; i < 20'000; ++i) {
      day.now += milliseconds(100);
      day.answer(random.below(100) < percent ? seconds(10) : milliseconds(500));
      ASSERT_EQ(day.limit.limit(), 0U) << percent << " % whole answers";
    }
  }
}

TEST(ConcurrencyLimit, a_mix_that_changes_within_minutes_is_no_sign) {
  Day day;
  Random random(1);
  day.enter(50);
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    day.now += milliseconds(50);
    std::uint64_t percent = i < 5'000 ? i / 50 : 100 - (i - 5'000) / 50;
    day.answer(random.below(100) < percent ? seconds(10) : milliseconds(500));
    ASSERT_EQ(day.limit.limit(), 0U) << percent << " % whole answers";
  }
}

}  // namespace
}  // namespace weir::resilience
