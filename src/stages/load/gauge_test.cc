#include "load/gauge.h"

#include <gtest/gtest.h>

#include <vector>

namespace weir::load {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Gauge : public testing::Test {
 protected:
  // One second in which a loop is busy for `share` of it, in turns of this length.
  static void work(BusyTime& loop, double share, Duration turn) {
    auto turns = static_cast<int>(share * static_cast<double>(Duration(seconds(1)) / turn));
    for (int i = 0; i < turns; ++i) loop.note(turn);
  }
  double next_second() { return gauge.advance(now += seconds(1)); }
  // The load, once it has been like this for long.
  double load_after_a_minute_of(double share, Duration turn) {
    for (int i = 0; i < 60; ++i) {
      work(one, share, turn);
      next_second();
    }
    return gauge.load();
  }

  TimePoint now{std::chrono::hours(1)};
  Admission admission{10};
  LoadGauge gauge{admission, now};
  BusyTime& one = gauge.add_loop();
  BusyTime& other = gauge.add_loop();
};

TEST_F(Gauge, is_zero_while_nothing_happens) { EXPECT_EQ(next_second(), 0); }

TEST_F(Gauge, is_at_once_the_share_of_places_that_is_taken) {
  std::vector<Admission::Place> places;
  for (int i = 0; i < 9; ++i) places.push_back(*admission.enter({"ada"}));
  EXPECT_DOUBLE_EQ(next_second(), 0.9);
  EXPECT_DOUBLE_EQ(gauge.load(), 0.9);
  places.clear();
  EXPECT_EQ(next_second(), 0);
}

TEST_F(Gauge, a_loop_that_is_always_busy_with_short_turns_is_not_overloaded) {
  EXPECT_LT(load_after_a_minute_of(1, microseconds(100)), 0.05);
}

TEST_F(Gauge, a_loop_with_long_turns_is_loaded_as_its_table_says) {
  EXPECT_NEAR(load_after_a_minute_of(1, milliseconds(1)), 0.09, 0.01);
  EXPECT_NEAR(load_after_a_minute_of(1, milliseconds(10)), 0.50, 0.01);
  EXPECT_NEAR(load_after_a_minute_of(1, milliseconds(40)), 0.80, 0.01);
  EXPECT_NEAR(load_after_a_minute_of(1, milliseconds(500)), 0.98, 0.01);
}

TEST_F(Gauge, a_loop_that_rests_half_the_time_is_at_most_half_loaded) {
  double load = load_after_a_minute_of(0.5, milliseconds(100));
  EXPECT_LT(load, 0.5);
  EXPECT_GT(load, 0.4);
}

TEST_F(Gauge, long_turns_are_not_hidden_by_many_short_ones) {
  for (int i = 0; i < 60; ++i) {
    work(one, 0.9, milliseconds(100));
    work(one, 0.1, microseconds(10));
    next_second();
  }
  EXPECT_GT(gauge.load(), 0.8);
}

TEST_F(Gauge, one_second_of_long_turns_is_a_burst) {
  work(one, 1, milliseconds(100));
  EXPECT_LT(next_second(), 0.2);
  for (int i = 0; i < 10; ++i) next_second();
  EXPECT_LT(gauge.load(), 0.05);
}

TEST_F(Gauge, the_busiest_loop_counts_and_bursts_of_different_loops_are_not_added) {
  for (int i = 0; i < 60; ++i) {
    work(i % 2 == 0 ? one : other, 1, milliseconds(100));
    next_second();
  }
  EXPECT_LT(gauge.load(), 0.6);
  for (int i = 0; i < 60; ++i) {
    work(other, 1, milliseconds(100));
    next_second();
  }
  EXPECT_GT(gauge.load(), 0.9);
}

TEST_F(Gauge, a_turn_that_began_long_ago_counts_for_no_more_than_the_second_it_ends_in) {
  one.note(seconds(30));
  EXPECT_LT(next_second(), 0.2);
}

TEST_F(Gauge, asked_twice_at_the_same_time_it_says_the_same) {
  work(one, 1, milliseconds(100));
  double load = next_second();
  EXPECT_EQ(gauge.advance(now), load);
}

}  // namespace
}  // namespace weir::load
