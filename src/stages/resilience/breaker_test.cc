#include "resilience/breaker.h"

#include <gtest/gtest.h>

namespace weir::resilience {
namespace {

using State = Breaker::State;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A provider's day, told in results.
struct Day {
  explicit Day(const config::BreakerSettings& its_settings = {}) : settings(its_settings) {}

  bool ask(Result result) {
    auto pass = breaker.enter(now);
    if (pass) breaker.note(*pass, result, now);
    return pass.has_value();
  }
  void ask(Result result, int times) {
    for (int i = 0; i < times; ++i) ask(result);
  }
  State state() const { return breaker.status(now).state; }
  auto open_for() const { return breaker.status(now).ready_at - now; }

  config::BreakerSettings settings;
  Breaker breaker{settings};
  TimePoint now{std::chrono::hours(1)};
};

TEST(Breaker, opens_when_half_of_the_calls_fail) {
  Day day;
  day.ask(Result::good, 51);
  day.ask(Result::failed, 50);
  EXPECT_EQ(day.state(), State::open) << "of the latest hundred, fifty failed";
  EXPECT_FALSE(day.ask(Result::good));
  EXPECT_EQ(day.open_for(), seconds(30));
}

TEST(Breaker, a_few_failures_among_many_calls_leave_it_closed) {
  Day day;
  for (int i = 0; i < 100; ++i) day.ask(i % 5 == 0 ? Result::failed : Result::good);
  EXPECT_EQ(day.state(), State::closed);
}

TEST(Breaker, nine_failures_are_too_few_to_judge_and_the_tenth_result_judges) {
  Day day;
  day.ask(Result::failed, 9);
  EXPECT_EQ(day.state(), State::closed);
  day.ask(Result::good);
  EXPECT_EQ(day.state(), State::open);
}

TEST(Breaker, what_breaks_off_after_a_good_beginning_counts_once_and_as_a_failure) {
  Day day;
  auto break_off = [&] {
    auto pass = *day.breaker.enter(day.now);
    day.breaker.note(pass, Result::good, day.now);
    day.breaker.note_failed_after_all(pass, day.now);
  };
  day.ask(Result::good, 6);
  for (int i = 0; i < 5; ++i) break_off();
  EXPECT_EQ(day.state(), State::closed) << "five of eleven";
  break_off();
  EXPECT_EQ(day.state(), State::open) << "half of twelve";
}

TEST(Breaker, a_probe_that_breaks_off_opens_it_again) {
  Day day;
  day.ask(Result::failed, 10);
  day.now += seconds(30);
  auto probe = *day.breaker.enter(day.now);
  day.breaker.note(probe, Result::good, day.now);
  day.breaker.note_failed_after_all(probe, day.now);
  EXPECT_EQ(day.state(), State::open);
}

TEST(Breaker, a_smaller_window_judges_sooner) {
  Day day({.window = 4});
  day.ask(Result::failed, 3);
  EXPECT_EQ(day.state(), State::closed);
  day.ask(Result::failed);
  EXPECT_EQ(day.state(), State::open);
}

TEST(Breaker, failures_spread_over_a_quiet_night_are_forgotten) {
  Day day;
  for (int i = 0; i < 50; ++i) {
    day.ask(Result::failed);
    day.now += seconds(10);  // so at most seven are younger than a minute
  }
  EXPECT_EQ(day.state(), State::closed);
}

TEST(Breaker, opens_when_most_answers_are_slow_though_none_fails) {
  Day day;
  day.ask(Result::good, 3);
  day.ask(Result::slow, 11);
  EXPECT_EQ(day.state(), State::closed) << "11 of 14 are less than 80 %";
  day.ask(Result::slow);
  EXPECT_EQ(day.state(), State::open);
}

TEST(Breaker, failures_do_not_count_as_slow_too) {
  Day day({.failure_ratio = {0.9}, .slow_ratio = {0.5}});
  for (int i = 0; i < 50; ++i) day.ask(i % 5 < 3 ? Result::failed : Result::good);
  EXPECT_EQ(day.state(), State::closed);
}

TEST(Breaker, with_ratios_of_zero_it_opens_at_the_first_failure_and_not_for_good_calls) {
  Day day({.failure_ratio = {0}, .slow_ratio = {0}});
  day.ask(Result::good, 50);
  EXPECT_EQ(day.state(), State::closed);
  day.ask(Result::failed);
  EXPECT_EQ(day.state(), State::open);
}

TEST(Breaker, after_its_time_three_probes_may_try_and_close_it) {
  Day day;
  day.ask(Result::failed, 10);
  day.now += seconds(30) - milliseconds(1);
  EXPECT_EQ(day.state(), State::open);
  day.now += milliseconds(1);
  EXPECT_EQ(day.state(), State::half_open);

  std::vector<Breaker::Pass> probes;
  while (auto pass = day.breaker.enter(day.now)) probes.push_back(*pass);
  ASSERT_EQ(probes.size(), 3U);
  day.breaker.note(probes[0], Result::good, day.now);
  EXPECT_FALSE(day.breaker.enter(day.now)) << "three in sum, not three at once for ever";
  day.breaker.note(probes[1], Result::good, day.now);
  EXPECT_EQ(day.state(), State::half_open);
  day.breaker.note(probes[2], Result::good, day.now);
  EXPECT_EQ(day.state(), State::closed);

  day.ask(Result::failed, 9);
  EXPECT_EQ(day.state(), State::closed) << "what had opened it is forgotten";
}

TEST(Breaker, each_opening_in_a_row_lasts_longer_up_to_the_cap) {
  Day day;
  day.ask(Result::failed, 10);
  for (int in_a_row = 1; in_a_row < 15; ++in_a_row) {
    EXPECT_EQ(day.open_for(), std::min(seconds(30) * in_a_row, seconds(300)));
    day.now += day.open_for();
    day.ask(in_a_row % 2 == 0 ? Result::failed : Result::slow);
    EXPECT_EQ(day.state(), State::open);
  }
  day.now += day.open_for();
  day.ask(Result::good, 3);
  day.ask(Result::failed, 10);
  EXPECT_EQ(day.open_for(), seconds(30)) << "a new row";
}

TEST(Breaker, one_good_probe_of_three_does_not_hide_a_bad_one) {
  Day day;
  day.ask(Result::failed, 10);
  day.now += seconds(30);
  day.ask(Result::good, 2);
  day.ask(Result::failed);
  EXPECT_EQ(day.open_for(), seconds(60));
  day.now += seconds(60);
  day.ask(Result::good, 2);
  EXPECT_EQ(day.state(), State::half_open) << "good probes of the last time don't count";
}

TEST(Breaker, probes_whose_callers_leave_do_not_lock_it_for_ever) {
  Day day;
  day.ask(Result::failed, 10);
  day.now += seconds(30);
  for (int i = 0; i < 100; ++i) {
    auto pass = day.breaker.enter(day.now);
    ASSERT_TRUE(pass);
    day.breaker.withdraw(*pass);
  }
  EXPECT_EQ(day.breaker.probes_left(), 3U);
}

TEST(Breaker, a_probe_of_an_earlier_time_takes_and_gives_nothing) {
  Day day;
  day.ask(Result::failed, 10);
  day.now += seconds(30);
  auto late = *day.breaker.enter(day.now);
  auto later = *day.breaker.enter(day.now);
  day.ask(Result::failed);
  day.now += seconds(60);
  day.breaker.withdraw(late);
  EXPECT_EQ(day.breaker.probes_left(), 3U);
  day.breaker.note(later, Result::failed, day.now);
  EXPECT_EQ(day.state(), State::half_open);
}

TEST(Breaker, what_began_before_it_opened_tells_nothing_any_more) {
  Day day;
  auto before = *day.breaker.enter(day.now);
  day.ask(Result::failed, 10);
  day.breaker.note(before, Result::good, day.now);
  EXPECT_EQ(day.state(), State::open);
  day.now += seconds(30);
  day.breaker.note(before, Result::failed, day.now);
  EXPECT_EQ(day.state(), State::half_open);
  day.ask(Result::good, 3);
  day.breaker.note(before, Result::failed, day.now);
  EXPECT_EQ(day.breaker.report(day.now).results, 0U);
}

TEST(Breaker, opened_by_hand_it_stays_open_until_it_is_let_go) {
  Day day;
  day.breaker.force(Forced::open);
  day.now += std::chrono::hours(24);
  EXPECT_FALSE(day.ask(Result::good));
  EXPECT_EQ(day.breaker.status(day.now).ready_at, TimePoint::max());
  day.breaker.force(Forced::no);
  EXPECT_TRUE(day.ask(Result::good));
}

TEST(Breaker, closed_by_hand_it_records_and_judges_when_it_is_let_go) {
  Day day;
  day.ask(Result::failed, 10);
  day.breaker.force(Forced::closed);
  day.ask(Result::failed, 20);
  EXPECT_EQ(day.state(), State::closed);
  EXPECT_EQ(day.breaker.report(day.now).failed, 20U);
  day.breaker.force(Forced::no);
  EXPECT_EQ(day.state(), State::closed);
  day.ask(Result::failed);
  EXPECT_EQ(day.state(), State::open);
  day.breaker.force(Forced::no);
  EXPECT_EQ(day.state(), State::open) << "nobody forces it";
}

TEST(Breaker, switched_off_it_is_always_closed) {
  Day day({.enabled = false});
  day.ask(Result::failed, 100);
  EXPECT_EQ(day.state(), State::closed);
  day.breaker.apply({});
  day.ask(Result::failed);
  EXPECT_EQ(day.state(), State::open) << "a reload switched it on";
  day.breaker.apply({.enabled = false});
  EXPECT_TRUE(day.ask(Result::good));
}

TEST(Breaker, a_reload_that_asks_for_fewer_probes_than_have_succeeded_closes_it) {
  Day day;
  day.ask(Result::failed, 10);
  day.now += seconds(30);
  day.ask(Result::good, 2);
  day.breaker.apply({.probes = 2});
  EXPECT_EQ(day.state(), State::closed);
}

TEST(Breaker, its_report_says_what_it_opened_for) {
  Day day;
  day.ask(Result::good, 4);
  day.ask(Result::slow, 2);
  day.ask(Result::failed, 6);
  auto report = day.breaker.report(day.now);
  EXPECT_EQ(report.state, State::open);
  EXPECT_EQ(report.in_a_row, 1U);
  EXPECT_EQ(report.openings, 1U);
  EXPECT_EQ(report.results, 12U);
  EXPECT_EQ(report.failed, 6U);
  EXPECT_EQ(report.slow, 2U);
}

}  // namespace
}  // namespace weir::resilience
