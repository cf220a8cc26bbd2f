#include "load/level.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "telemetry/log.h"

namespace weir::load {
namespace {

using std::chrono::seconds;

// The defaults: no_extras from 80%, cheaper from 90%, cache_only from 98%; left 15% below, after 10 s.
class LevelsOfLoad : public testing::Test {
 protected:
  void second(double load) { second(Signs{.load = load}); }
  void second(const Signs& signs) {
    clock.advance(seconds(1));
    levels.advance(signs, clock.now());
  }
  void run(int count, double load) {
    for (int i = 0; i < count; ++i) second(load);
  }
  std::string degraded() const {
    auto list = degradations.list();
    return list.empty() ? "" : list[0].part + ": " + list[0].reason;
  }

  ManualClock clock;
  telemetry::Degradations degradations;
  config::DegradationSettings settings;
  Levels levels{settings, clock, degradations};
};

TEST_F(LevelsOfLoad, everything_is_done_while_the_load_is_low) {
  run(100, 0.79);
  EXPECT_EQ(levels.now(), Level::full);
  auto report = levels.report();
  EXPECT_EQ(report.level, Level::full);
  EXPECT_EQ(report.load, 0.79);
  EXPECT_EQ(report.why, "nothing is left out");
  EXPECT_EQ(report.since, ManualClock().wall());
  EXPECT_TRUE(degradations.list().empty());
}

TEST_F(LevelsOfLoad, a_level_is_entered_at_once_where_it_begins) {
  second(0.8);
  EXPECT_EQ(levels.now(), Level::no_extras);
  second(0.9);
  EXPECT_EQ(levels.now(), Level::cheaper);
  second(0.98);
  EXPECT_EQ(levels.now(), Level::cache_only);
}

TEST_F(LevelsOfLoad, a_sudden_load_skips_levels) {
  second(1);
  EXPECT_EQ(levels.now(), Level::cache_only);
  EXPECT_EQ(levels.report().why, "the load came to 100%: calls are answered from the cache or not at all");
}

TEST_F(LevelsOfLoad, a_level_stays_while_the_load_is_only_a_little_lower) {
  second(0.85);
  run(100, 0.66);
  EXPECT_EQ(levels.now(), Level::no_extras);
}

TEST_F(LevelsOfLoad, levels_are_left_by_themselves_one_step_in_ten_seconds) {
  second(1);
  run(10, 0);
  EXPECT_EQ(levels.now(), Level::cache_only);
  second(0);
  EXPECT_EQ(levels.now(), Level::cheaper);
  EXPECT_EQ(levels.report().why, "the load fell below 83%: cheaper models are asked where models name them");
  run(9, 0);
  EXPECT_EQ(levels.now(), Level::cheaper);
  second(0);
  EXPECT_EQ(levels.now(), Level::no_extras);
  run(10, 0);
  EXPECT_EQ(levels.now(), Level::full);
}

TEST_F(LevelsOfLoad, a_load_that_rises_again_starts_the_ten_seconds_anew) {
  second(0.85);
  for (int i = 0; i < 10; ++i) {
    run(9, 0.1);
    second(0.7);
  }
  EXPECT_EQ(levels.now(), Level::no_extras);
  run(11, 0.1);
  EXPECT_EQ(levels.now(), Level::full);
}

TEST_F(LevelsOfLoad, a_level_whose_margin_is_larger_than_its_beginning_ends_too) {
  settings.no_extras = {0.1};
  levels.apply(settings);
  second(0.1);
  EXPECT_EQ(levels.now(), Level::no_extras);
  run(20, 0.06);
  EXPECT_EQ(levels.now(), Level::no_extras);
  run(11, 0.04);
  EXPECT_EQ(levels.now(), Level::full);
}

TEST_F(LevelsOfLoad, many_broken_endpoints_leave_out_extras_until_they_are_well) {
  second({.load = 0.1, .unhealthy = true});
  EXPECT_EQ(levels.now(), Level::no_extras);
  for (int i = 0; i < 100; ++i) second({.load = 0.1, .unhealthy = true});
  EXPECT_EQ(levels.now(), Level::no_extras);
  EXPECT_EQ(levels.report().why, "many endpoints are broken: second attempts (hedge) are left out");
  run(11, 0.1);
  EXPECT_EQ(levels.now(), Level::full);
}

TEST_F(LevelsOfLoad, broken_endpoints_end_no_level_that_the_load_began) {
  second(0.95);
  for (int i = 0; i < 30; ++i) second({.load = 0.9, .unhealthy = true});
  EXPECT_EQ(levels.now(), Level::cheaper);
  for (int i = 0; i < 30; ++i) second({.load = 0.1, .unhealthy = true});
  EXPECT_EQ(levels.now(), Level::no_extras);
  EXPECT_EQ(levels.report().why, "many endpoints are broken: second attempts (hedge) are left out")
      << "the load is low: it is not what holds the level";
}

TEST_F(LevelsOfLoad, a_level_set_by_hand_holds_whatever_the_load) {
  levels.set_by_hand(Level::cheaper);
  EXPECT_EQ(levels.now(), Level::cheaper);
  run(30, 0);
  EXPECT_EQ(levels.now(), Level::cheaper);
  second(1);
  EXPECT_EQ(levels.now(), Level::cheaper);
  auto report = levels.report();
  EXPECT_TRUE(report.by_hand);
  EXPECT_EQ(report.why, "set by hand: cheaper models are asked where models name them");
}

TEST_F(LevelsOfLoad, without_the_hand_the_automatic_level_is_in_force_at_once) {
  levels.set_by_hand(Level::full);
  second(1);
  EXPECT_EQ(levels.now(), Level::full);
  levels.set_by_hand(std::nullopt);
  EXPECT_EQ(levels.now(), Level::cache_only);
  EXPECT_FALSE(levels.report().by_hand);
}

TEST_F(LevelsOfLoad, not_automatic_only_the_hand_counts) {
  second(1);
  settings.automatic = false;
  levels.apply(settings);
  second({.load = 1, .unhealthy = true});
  EXPECT_EQ(levels.now(), Level::full);
  levels.set_by_hand(Level::no_extras);
  EXPECT_EQ(levels.now(), Level::no_extras);
}

TEST_F(LevelsOfLoad, a_level_is_told_as_a_degradation_until_it_is_full_again) {
  second(0.837);
  EXPECT_EQ(degraded(), "level: the load came to 83%: second attempts (hedge) are left out");
  const WallTime began = clock.wall();
  run(5, 0.84);
  second(0.99);
  EXPECT_EQ(degraded(), "level: the load came to 99%: calls are answered from the cache or not at all");
  EXPECT_EQ(degradations.list()[0].since, began);
  EXPECT_EQ(levels.report().since, clock.wall());
  levels.set_by_hand(Level::full);
  EXPECT_EQ(degraded(), "");
  levels.set_by_hand(Level::cheaper);
  EXPECT_EQ(degraded(), "level: set by hand: cheaper models are asked where models name them");
  levels.set_by_hand(std::nullopt);
  run(31, 0);
  EXPECT_EQ(levels.now(), Level::full);
  EXPECT_EQ(degraded(), "");
}

std::size_t count_of(std::string_view what, std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST_F(LevelsOfLoad, a_change_is_logged_once) {
  testing::internal::CaptureStderr();
  {
    telemetry::Logging logging({});
    run(5, 0.85);
    run(3, 0.89);
    run(14, 0.2);
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(count_of("level_changed", text), 2U) << text;
  EXPECT_EQ(count_of("warning level_changed level=no_extras why=\"the load came to 85%: ", text), 1U) << text;
  EXPECT_EQ(count_of("level_changed level=full why=\"nothing is left out\"", text), 1U) << text;
}

TEST(LevelsThreads, may_be_read_and_set_by_hand_while_they_advance) {
  SystemClock clock;
  telemetry::Degradations degradations;
  Levels levels({}, clock, degradations);
  TimePoint now{};
  {
    std::jthread reader([&](std::stop_token stop) {
      while (!stop.stop_requested()) EXPECT_LE(std::max(levels.now(), levels.report().level), Level::cheaper);
    });
    std::jthread hand([&] {
      for (int i = 0; i < 1000; ++i) {
        levels.set_by_hand(Level::cheaper);
        levels.set_by_hand(std::nullopt);
      }
    });
    for (int i = 0; i < 1000; ++i) levels.advance({.load = i % 3 == 0 ? 0.85 : 0.2}, now += seconds(20));
  }
  for (int i = 0; i < 3; ++i) levels.advance({}, now += seconds(20));
  EXPECT_EQ(levels.now(), Level::full);
  EXPECT_TRUE(degradations.list().empty());
}

TEST(Level, is_named_as_its_setting) {
  EXPECT_EQ(name_of(Level::full), "full");
  EXPECT_EQ(name_of(Level::no_extras), "no_extras");
  EXPECT_EQ(name_of(Level::cheaper), "cheaper");
  EXPECT_EQ(name_of(Level::cache_only), "cache_only");
}

}  // namespace
}  // namespace weir::load
