// Endpoints and waiting rooms under many threads.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/random.h"
#include "resilience/endpoint.h"
#include "runtime/run_to_end.h"
#include "runtime/waiter.h"

namespace weir::resilience {
namespace {

using Outcome = Observation::Outcome;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kNow{std::chrono::hours(1)};
constexpr Endpoint::Name kName{.deployment = "house/llama", .provider = "house", .key_name = ""};

// Together: none begins before all are there.
template <class Work>
void on_threads(std::uint64_t count, Work work) {
  std::atomic<std::uint64_t> there = 0;
  std::vector<std::jthread> threads;
  for (std::uint64_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      ++there;
      while (there < count) std::this_thread::yield();
      work(i);
    });
  }
}

// How many are inside at once, and the most there ever were.
struct Gauge {
  void enter() {
    int at_once = ++inside;
    for (int before = most; before < at_once && !most.compare_exchange_weak(before, at_once);) {
    }
  }
  void leave() { --inside; }
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
};

TEST(Threads, however_many_ask_at_once_no_more_probes_are_made_than_allowed) {
  Endpoint endpoint(kName, {});
  while (auto permit = endpoint.enter(kNow)) permit->note({.outcome = Outcome::failed}, kNow);
  TimePoint half_open = kNow + seconds(30);
  Gauge probes;
  std::atomic<int> made = 0;
  on_threads(4, [&](std::uint64_t) {
    for (int i = 0; i < 20'000; ++i) {
      auto permit = endpoint.enter(half_open);
      auto another = endpoint.enter(half_open);
      for (auto* each : {&permit, &another}) {
        if (!*each) continue;
        ++made;
        probes.enter();
      }
      for (auto* each : {&permit, &another}) {
        if (*each) probes.leave();
      }
    }
  });
  EXPECT_LE(probes.most, 3);
  EXPECT_GT(made, 0);
  EXPECT_EQ(endpoint.standing(half_open).under_way, 0U);
  EXPECT_EQ(endpoint.standing(half_open).state, Standing::State::ready) << "all places were given back";
}

TEST(Threads, a_limit_holds_however_many_ask_at_once) {
  ConcurrencyLimit limit;
  ASSERT_TRUE(limit.enter());
  limit.note_congestion(kNow);
  limit.leave();
  std::atomic<int> made = 0;
  std::atomic<int> too_many = 0;
  on_threads(4, [&](std::uint64_t) {
    for (int i = 0; i < 200'000; ++i) {
      if (!limit.enter()) continue;
      ++made;
      if (limit.under_way() > 1) ++too_many;
      limit.leave();
    }
  });
  EXPECT_EQ(too_many, 0);
  EXPECT_GT(made, 0);
  EXPECT_EQ(limit.under_way(), 0U);
}

// Everything at once: it breaks, rests, is limited, is asked for reports, forced and reconfigured.
TEST(Threads, an_endpoint_comes_through_a_bad_day_and_is_asked_again_afterwards) {
  auto room = std::make_shared<WaitingRoom>(config::ProviderQueue{});
  Endpoint endpoint(kName, {}, room);
  std::atomic<std::int64_t> milliseconds_passed = 0;
  std::atomic<int> odd = 0;
  std::atomic<int> asked = 0;
  on_threads(4, [&](std::uint64_t seed) {
    Random random(seed);
    for (int i = 0; i < 50'000; ++i) {
      TimePoint now =
          kNow + milliseconds(milliseconds_passed += static_cast<std::int64_t>(random.below(200)));
      Standing standing = endpoint.standing(now);
      if (standing.quota < 0 || standing.quota > 1 || standing.under_way > 8) ++odd;
      if (i % 1'000 == 0) endpoint.apply({.window = static_cast<std::uint32_t>(10 + random.below(100))});
      if (i % 1'000 == 500) endpoint.force(random.below(2) == 0 ? Forced::closed : Forced::open);
      if (i % 1'000 == 600) endpoint.force(Forced::no);
      if (i % 100 == 0 && endpoint.report(now).breaker.results > 110) ++odd;
      auto permit = endpoint.enter(now);
      auto other = endpoint.enter(now);
      asked += permit ? 1 : 0;
      if (!permit || random.below(5) == 0) continue;
      Observation seen{.outcome = static_cast<Outcome>(random.below(4)),
                       .head = milliseconds(random.below(500))};
      if (random.below(2) == 0) seen.outcome = Outcome::answered;
      if (random.below(10) == 0) seen.quota = QuotaReading{.left = random.unit(), .reset = seconds(1)};
      permit->note(seen, now);
    }
  });
  EXPECT_EQ(odd, 0);
  EXPECT_GT(asked, 100);
  endpoint.force(Forced::no);
  TimePoint later = kNow + milliseconds(milliseconds_passed) + std::chrono::hours(1);
  EXPECT_EQ(endpoint.standing(later).under_way, 0U);
  for (int i = 0; i < 3; ++i) {
    auto permit = endpoint.enter(later);
    ASSERT_TRUE(permit);
    permit->note({.outcome = Outcome::answered, .head = milliseconds(1)}, later);
  }
  EXPECT_EQ(endpoint.report(later).breaker.state, Breaker::State::closed);
}

// Calls on several loops that all want an endpoint that takes one at once.
class Crowd {
 public:
  static constexpr int kCalls = 500;  // on each loop

  Crowd() { endpoint_.enter(kNow)->note({.outcome = Outcome::overloaded}, kNow); }

  // On the loop's own thread.
  Task<void> run(Loop& loop, std::uint64_t seed) {
    Random random(seed);
    TaskGroup calls(loop);
    for (int i = 0; i < kCalls; ++i) {
      // Some callers leave: at once, or when others have had their turn.
      calls.spawn(call(loop, random.below(4) == 0 ? static_cast<int>(random.below(3)) : -1));
      if (random.below(3) == 0) co_await runtime::pause(loop, Duration::zero());
    }
    co_await calls.wait_until_empty({TimePoint::max()});
  }
  int asked() const { return asked_; }
  int left() const { return left_; }
  int gave_up() const { return gave_up_; }
  int most_at_once() const { return at_once_.most; }
  std::uint32_t waiting() const { return room_->waiting(); }

 private:
  Task<void> call(Loop& loop, int leaves_after) {
    Cancellation gone;
    TaskGroup caller(loop);
    if (leaves_after >= 0) caller.spawn(leave(loop, leaves_after, gone));
    auto permit = co_await enter(loop, {TimePoint::max(), &gone});
    if (!permit) {
      ++(gone.cancelled() ? left_ : gave_up_);
      co_return;
    }
    at_once_.enter();
    co_await runtime::pause(loop, Duration::zero());
    at_once_.leave();
    ++asked_;
  }
  static Task<void> leave(Loop& loop, int after, Cancellation& gone) {
    for (int i = 0; i < after; ++i) co_await runtime::pause(loop, Duration::zero());
    gone.cancel(StopReason::client_gone);
  }
  Task<std::optional<Endpoint::Permit>> enter(Loop& loop, Until until) {
    std::optional<WaitingRoom::Place> place;
    while (true) {
      if (auto permit = endpoint_.enter(kNow)) co_return permit;
      if (!place) {
        place.emplace(*room_, loop);
      } else if (!co_await place->wait(until)) {
        co_return std::nullopt;
      }
    }
  }

  std::shared_ptr<WaitingRoom> room_ =
      std::make_shared<WaitingRoom>(config::ProviderQueue{.calls = 65'535, .wait = seconds(60)});
  Endpoint endpoint_{kName, {}, room_};
  Gauge at_once_;
  std::atomic<int> asked_ = 0;
  std::atomic<int> left_ = 0;
  std::atomic<int> gave_up_ = 0;
};

TEST(Threads, nobody_who_waits_is_forgotten_though_others_leave) {
  Crowd crowd;
  constexpr std::uint64_t kLoops = 3;
  on_threads(kLoops, [&](std::uint64_t seed) {
    SystemClock clock;
    Loop loop(clock);
    runtime::run_to_end(loop, crowd.run(loop, seed));
  });
  EXPECT_EQ(crowd.gave_up(), 0) << "a call was lost";
  EXPECT_EQ(crowd.asked() + crowd.left(), static_cast<int>(kLoops) * Crowd::kCalls);
  EXPECT_GT(crowd.left(), 0);
  EXPECT_EQ(crowd.most_at_once(), 1);
  EXPECT_EQ(crowd.waiting(), 0U);
}

}  // namespace
}  // namespace weir::resilience
