#include "resilience/result_window.h"

#include <gtest/gtest.h>

namespace weir::resilience {
namespace {

using std::chrono::seconds;

constexpr TimePoint kNow{std::chrono::hours(1)};

TEST(ResultWindow, counts_the_latest_results_only) {
  ResultWindow window(3);
  window.add(Result::failed, kNow);
  window.add(Result::slow, kNow);
  window.add(Result::good, kNow);
  EXPECT_EQ(window.failed(), 1U);
  window.add(Result::slow, kNow);
  EXPECT_EQ(window.size(), 3U);
  EXPECT_EQ(window.failed(), 0U);
  EXPECT_EQ(window.slow(), 2U);
}

TEST(ResultWindow, a_result_counts_for_a_minute) {
  ResultWindow window(100);
  window.add(Result::failed, kNow);
  window.add(Result::good, kNow + seconds(60));
  EXPECT_EQ(window.failed(), 1U);
  window.add(Result::good, kNow + seconds(61));
  EXPECT_EQ(window.failed(), 0U);
  EXPECT_EQ(window.size(), 2U);
}

TEST(ResultWindow, a_good_one_may_turn_out_to_have_failed) {
  ResultWindow window(3);
  window.add(Result::failed, kNow);
  window.add(Result::slow, kNow);
  window.add(Result::good, kNow);
  for (std::size_t failed : {2U, 3U, 3U}) {
    window.turn_to_failed(kNow);
    EXPECT_EQ(window.size(), 3U);
    EXPECT_EQ(window.failed(), failed);
    EXPECT_EQ(window.slow(), 0U);
  }
}

// Ages are kept modulo 64 seconds: the ones that could be mistaken are those around whole rounds.
TEST(ResultWindow, an_old_result_is_not_taken_for_a_new_one_however_long_nothing_came) {
  for (int silence = 61; silence < 300; ++silence) {
    ResultWindow window(100);
    window.add(Result::failed, kNow);
    window.add(Result::failed, kNow + seconds(59));
    window.add(Result::good, kNow + seconds(59 + silence));
    EXPECT_EQ(window.size(), 1U) << silence;
    EXPECT_EQ(window.failed(), 0U) << silence;
  }
}

TEST(ResultWindow, a_result_of_a_loop_whose_clock_is_behind_counts_as_of_now) {
  ResultWindow window(100);
  window.add(Result::good, kNow);
  window.add(Result::failed, kNow - seconds(1));
  window.add(Result::good, kNow + seconds(60));
  EXPECT_EQ(window.failed(), 1U);
}

TEST(ResultWindow, the_newest_stay_when_it_becomes_smaller) {
  ResultWindow window(100);
  for (int i = 0; i < 50; ++i) window.add(Result::failed, kNow);
  for (int i = 0; i < 10; ++i) window.add(Result::good, kNow);
  window.resize(12);
  EXPECT_EQ(window.size(), 12U);
  EXPECT_EQ(window.failed(), 2U);
}

}  // namespace
}  // namespace weir::resilience
