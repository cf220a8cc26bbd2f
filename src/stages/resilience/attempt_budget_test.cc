#include "resilience/attempt_budget.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/random.h"
#include "resilience/traffic.h"

namespace weir::resilience {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kNow{std::chrono::hours(1)};

int take_all(AttemptBudget& budget, TimePoint now, Share share) {
  int taken = 0;
  while (budget.take(now, share)) ++taken;
  return taken;
}

TEST(Retries, a_few_are_always_allowed_at_once) {
  Traffic traffic;
  config::RetrySettings settings{.budget = {0}};
  traffic.note_call(kNow);
  std::vector<Traffic::Retry> under_way;
  while (auto retry = traffic.take_retry(kNow, settings)) under_way.push_back(*std::move(retry));
  EXPECT_EQ(under_way.size(), 3U);
  under_way.pop_back();
  EXPECT_TRUE(traffic.take_retry(kNow, settings));
}

TEST(Retries, of_the_first_calls_as_many_as_open_a_breaker) {
  Traffic traffic;
  config::RetrySettings settings{.budget_min = 0};
  traffic.note_call(kNow);
  int taken = 0;
  while (traffic.take_retry(kNow, settings)) ++taken;
  EXPECT_EQ(taken, 10);
}

TEST(AttemptBudget, a_busy_model_may_retry_a_fifth_of_its_calls) {
  AttemptBudget budget{seconds(10)};
  for (int i = 0; i < 1'000; ++i) budget.note_call(kNow + milliseconds(10) * i);
  EXPECT_EQ(take_all(budget, kNow + milliseconds(9'990), {0.2}), 200);
}

TEST(AttemptBudget, calls_of_more_than_ten_seconds_ago_allow_nothing) {
  AttemptBudget budget{seconds(10)};
  for (int i = 0; i < 1'000; ++i) budget.note_call(kNow);
  EXPECT_EQ(take_all(budget, kNow + seconds(10), {0.2}), 0);
  EXPECT_EQ(take_all(budget, kNow + seconds(1'000), {0.2}), 0);
}

// The storm: everything fails, and each call would like to be retried twice.
TEST(AttemptBudget, in_a_full_outage_attempts_stay_within_1_2_times_the_calls) {
  AttemptBudget traffic{seconds(10)};
  Random random(1);
  int calls = 0;
  int retries = 0;
  TimePoint now = kNow;
  for (int minute = 0; minute < 5; ++minute) {
    std::uint64_t per_second = 50 + random.below(400);
    for (std::uint64_t i = 0; i < per_second * 60; ++i) {
      now += Duration(seconds(1)) / per_second;
      traffic.note_call(now);
      ++calls;
      for (int retry = 0; retry < 2; ++retry) retries += traffic.take(now, {0.2}) ? 1 : 0;
    }
  }
  EXPECT_LE(retries, calls / 5);
  EXPECT_GE(retries, calls / 6) << "what is allowed can be had";
}

// Their clocks differ: each of 250 times they are all in the same tenth of a second, but anywhere in it.
TEST(AttemptBudget, the_bound_holds_on_many_threads) {
  AttemptBudget budget{seconds(10)};
  constexpr int kTenths = 250;
  constexpr int kCalls = 200;
  constexpr std::uint64_t kThreads = 4;
  std::atomic<int> taken = 0;
  auto play = [&](TimePoint tenth, std::uint64_t seed) {
    Random random(seed);
    for (int i = 0; i < kCalls; ++i) {
      TimePoint now = tenth + std::chrono::microseconds(random.below(100'000));
      budget.note_call(now);
      if (budget.take(now, {0.2})) ++taken;
    }
  };
  for (int tenth = 0; tenth < kTenths; ++tenth) {
    std::vector<std::jthread> threads;
    for (std::uint64_t seed = 0; seed < kThreads; ++seed)
      threads.emplace_back(play, kNow + milliseconds(100) * tenth, seed);
  }
  EXPECT_LE(taken, 0.2 * kTenths * kCalls * kThreads * 1.01);
  EXPECT_GE(taken, 0.2 * kTenths * kCalls * kThreads * 0.8);
}

}  // namespace
}  // namespace weir::resilience
