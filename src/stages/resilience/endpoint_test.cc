#include "resilience/endpoint.h"

#include <gtest/gtest.h>

namespace weir::resilience {
namespace {

using State = Standing::State;
using Outcome = Observation::Outcome;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Day {
  // One attempt from its beginning to its end.
  bool ask(const Observation& observation) {
    auto permit = endpoint.enter(now);
    if (permit) permit->note(observation, now);
    return permit.has_value();
  }
  void ask(const Observation& observation, int times) {
    for (int i = 0; i < times; ++i) ask(observation);
  }
  Standing standing() const { return endpoint.standing(now); }
  State state() const { return standing().state; }

  config::BreakerSettings settings;
  Endpoint endpoint{{.deployment = "openai/gpt-4o-mini", .provider = "openai", .key_name = "main"}, settings};
  TimePoint now{std::chrono::hours(1)};
};

constexpr Observation kAnswered{.outcome = Outcome::answered, .head = milliseconds(400)};

TEST(Endpoint, one_of_which_nothing_is_known_may_be_asked) {
  Day day;
  EXPECT_EQ(day.state(), State::ready);
  EXPECT_EQ(day.standing().latency, Duration::zero());
  EXPECT_EQ(day.standing().quota, 1);
  EXPECT_TRUE(day.ask(kAnswered));
}

TEST(Endpoint, counts_the_attempts_under_way) {
  Day day;
  auto one = day.endpoint.enter(day.now);
  {
    auto other = day.endpoint.enter(day.now);
    EXPECT_EQ(day.standing().under_way, 2U);
    auto moved = std::move(*other);
    EXPECT_EQ(day.standing().under_way, 2U);
  }
  EXPECT_EQ(day.standing().under_way, 1U);
}

TEST(Endpoint, its_latency_is_that_of_its_answers) {
  Day day;
  day.ask(kAnswered);
  day.ask({.outcome = Outcome::failed, .head = seconds(20)});
  day.ask({.outcome = Outcome::answered});
  EXPECT_NEAR(std::chrono::duration<double>(day.standing().latency).count(), 0.4, 1e-3);
}

TEST(Endpoint, a_429_makes_it_rest_for_as_long_as_it_asks) {
  Day day;
  day.ask({.outcome = Outcome::congested, .rest = seconds(20)});
  EXPECT_EQ(day.state(), State::resting);
  EXPECT_EQ(day.standing().ready_at, day.now + seconds(20));
  EXPECT_FALSE(day.ask(kAnswered));
  day.now += seconds(20);
  EXPECT_EQ(day.state(), State::ready);
}

TEST(Endpoint, a_429_that_asks_for_nothing_makes_it_rest_for_a_second) {
  Day day;
  day.ask({.outcome = Outcome::congested});
  EXPECT_EQ(day.standing().ready_at, day.now + seconds(1));
}

TEST(Endpoint, whatever_it_asks_for_it_rests_for_five_minutes_at_most) {
  Day day;
  day.ask({.outcome = Outcome::overloaded, .rest = Duration::max()});
  EXPECT_EQ(day.standing().ready_at, day.now + minutes(5));
}

TEST(Endpoint, a_shorter_rest_does_not_end_a_longer_one) {
  Day day;
  auto first = day.endpoint.enter(day.now);
  auto second = day.endpoint.enter(day.now);
  first->note({.outcome = Outcome::congested, .rest = seconds(30)}, day.now);
  second->note({.outcome = Outcome::congested}, day.now);
  EXPECT_EQ(day.standing().ready_at, day.now + seconds(30));
}

TEST(Endpoint, a_hundred_429s_do_not_break_it) {
  Day day;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(day.ask({.outcome = Outcome::congested}));
    day.now += seconds(1);
  }
  EXPECT_EQ(day.state(), State::ready);
  EXPECT_EQ(day.endpoint.report(day.now).breaker.results, 0U);
}

TEST(Endpoint, failures_and_overloads_break_it) {
  Day day;
  for (int i = 0; i < 5; ++i) {
    day.ask({.outcome = Outcome::failed});
    day.ask({.outcome = Outcome::overloaded});
  }
  EXPECT_EQ(day.state(), State::broken);
  EXPECT_EQ(day.standing().ready_at, day.now + seconds(30));
}

TEST(Endpoint, answers_that_break_off_break_it_too) {
  Day day;
  for (int i = 0; i < 10; ++i) {
    auto permit = day.endpoint.enter(day.now);
    permit->note(kAnswered, day.now);
    permit->note_end(Outcome::failed, day.now);
  }
  EXPECT_EQ(day.state(), State::broken);
}

TEST(Endpoint, answers_that_take_half_a_minute_break_it) {
  Day day;
  day.ask({.outcome = Outcome::answered, .head = seconds(30)}, 10);
  EXPECT_EQ(day.state(), State::broken);
}

TEST(Endpoint, what_is_slow_is_as_the_latest_configuration_says) {
  Day day;
  day.ask({.outcome = Outcome::answered, .head = seconds(2)}, 10);
  EXPECT_EQ(day.state(), State::ready);
  day.endpoint.apply({.slow_call = seconds(1)});
  EXPECT_EQ(day.endpoint.report(day.now).breaker.results, 10U) << "what was known stays";
  day.ask({.outcome = Outcome::answered, .head = seconds(2)}, 40);
  EXPECT_EQ(day.state(), State::broken);
}

// Ten seconds of outage under calls all the time: back to normal as soon as the breaker's time is over.
TEST(Endpoint, an_outage_from_its_first_failure_to_the_end) {
  Day day;
  int attempts_that_failed = 0;
  TimePoint began = day.now;
  TimePoint normal{};
  for (; day.now < began + seconds(60); day.now += milliseconds(5)) {
    bool down = day.now < began + seconds(10);
    Observation seen = down ? Observation{.outcome = Outcome::failed} : kAnswered;
    bool asked = day.ask(seen);
    if (asked && down) ++attempts_that_failed;
    if (asked && !down && normal == TimePoint{}) normal = day.now;
  }
  EXPECT_EQ(attempts_that_failed, 10);
  EXPECT_LT(normal - began, seconds(31));
  EXPECT_EQ(day.endpoint.report(day.now).breaker.in_a_row, 0U);
}

TEST(Endpoint, while_probes_are_under_way_it_is_busy_and_one_that_leaves_makes_room) {
  Day day;
  day.ask({.outcome = Outcome::failed}, 10);
  day.now += seconds(30);
  std::vector<Endpoint::Permit> probes;
  while (auto permit = day.endpoint.enter(day.now)) probes.push_back(std::move(*permit));
  EXPECT_EQ(probes.size(), 3U);
  EXPECT_EQ(day.state(), State::busy);
  probes.pop_back();
  EXPECT_EQ(day.state(), State::ready);
  probes[0].note({.outcome = Outcome::congested}, day.now);
  probes.clear();
  day.now += seconds(1);
  EXPECT_TRUE(day.ask(kAnswered)) << "a probe that met a rate limit has shown nothing";
}

TEST(Endpoint, too_much_at_once_limits_what_may_be_under_way) {
  Day day;
  std::vector<Endpoint::Permit> permits;
  for (int i = 0; i < 10; ++i) permits.push_back(*day.endpoint.enter(day.now));
  permits[0].note({.outcome = Outcome::overloaded}, day.now);
  EXPECT_EQ(day.state(), State::busy);
  EXPECT_EQ(day.endpoint.report(day.now).limit, 9U);
  permits.pop_back();
  EXPECT_FALSE(day.endpoint.enter(day.now));
  permits.pop_back();
  EXPECT_TRUE(day.endpoint.enter(day.now));
}

TEST(Endpoint, its_standing_tells_what_is_left_of_its_providers_limit) {
  Day day;
  Observation seen = kAnswered;
  seen.quota = QuotaReading{.left = 0.4, .reset = seconds(30)};
  day.ask(seen);
  EXPECT_EQ(day.standing().quota, 0.4);
  EXPECT_EQ(day.endpoint.report(day.now).quota->reset, seconds(30));
  EXPECT_EQ(day.state(), State::ready);
}

TEST(Endpoint, with_nothing_left_of_its_limit_it_rests_for_a_minute_at_most) {
  for (auto [reset, rest] : {std::pair{seconds(20), seconds(20)}, std::pair{seconds(3'600), seconds(60)}}) {
    Day day;
    Observation seen = kAnswered;
    seen.quota = QuotaReading{.left = 0, .reset = reset};
    day.ask(seen);
    EXPECT_EQ(day.state(), State::resting);
    EXPECT_EQ(day.standing().ready_at, day.now + rest);
  }
}

TEST(Endpoint, broken_by_hand_it_is_not_ready_by_itself) {
  Day day;
  day.endpoint.force(Forced::open);
  EXPECT_EQ(day.state(), State::broken);
  EXPECT_EQ(day.standing().ready_at, TimePoint::max());
  EXPECT_FALSE(day.ask(kAnswered));
  day.endpoint.force(Forced::no);
  EXPECT_TRUE(day.ask(kAnswered));
}

// Thousands of keys and deployments may be configured.
TEST(Endpoint, takes_little_memory) { EXPECT_LE(sizeof(Endpoint), 1024U); }

}  // namespace
}  // namespace weir::resilience
