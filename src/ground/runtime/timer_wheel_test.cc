#include "runtime/timer_wheel.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::runtime {
namespace {

using std::chrono::milliseconds;

struct Ring final : Timer {
  std::vector<int>* order = nullptr;
  int name = 0;
  int rings = 0;
  void on_timer() override {
    ++rings;
    if (order != nullptr) order->push_back(name);
  }
};

TEST(TimerWheel, a_timer_never_rings_early_and_rings_once) {
  TimePoint start{};
  TimerWheel wheel(start);
  Ring ring;
  wheel.set(ring, start + milliseconds(5));
  wheel.advance(start + milliseconds(4));
  EXPECT_EQ(ring.rings, 0);
  wheel.advance(start + milliseconds(5));
  EXPECT_EQ(ring.rings, 1);
  wheel.advance(start + milliseconds(50'000));
  EXPECT_EQ(ring.rings, 1);
}

TEST(TimerWheel, timers_further_away_than_a_round_wait_their_rounds) {
  TimePoint start{};
  TimerWheel wheel(start);
  Ring ring;
  auto far = start + TimerWheel::kTick * TimerWheel::kSlots * 3 + milliseconds(7);
  wheel.set(ring, far);
  for (TimePoint now = start; now < far; now += milliseconds(900)) wheel.advance(now);
  EXPECT_EQ(ring.rings, 0);
  wheel.advance(far);
  EXPECT_EQ(ring.rings, 1);
}

TEST(TimerWheel, a_cleared_or_destroyed_timer_stays_silent) {
  TimePoint start{};
  TimerWheel wheel(start);
  Ring cleared;
  wheel.set(cleared, start + milliseconds(1));
  {
    Ring destroyed;
    wheel.set(destroyed, start + milliseconds(1));
  }
  cleared.unlink();
  EXPECT_EQ(wheel.next(), TimePoint::max());
  wheel.advance(start + milliseconds(10));
  EXPECT_EQ(cleared.rings, 0);
}

TEST(TimerWheel, next_is_never_later_than_the_first_timer_and_following_it_reaches_every_timer_in_order) {
  TimePoint start{};
  TimerWheel wheel(start);
  Random random(7);
  std::vector<int> order;
  std::array<Ring, 200> rings;
  for (int i = 0; i < 200; ++i) {
    rings[static_cast<std::size_t>(i)].order = &order;
    rings[static_cast<std::size_t>(i)].name = i;
    wheel.set(rings[static_cast<std::size_t>(i)], start + milliseconds(random.below(20'000)));
  }
  TimePoint now = start;
  while (wheel.next() != TimePoint::max()) {
    now = wheel.next();
    wheel.advance(now);
    for (const auto& ring : rings) {
      EXPECT_EQ(ring.rings, std::max(ring.deadline(), start + milliseconds(1)) <= now ? 1 : 0);
    }
  }
  ASSERT_EQ(order.size(), 200U);
  EXPECT_TRUE(std::ranges::is_sorted(order, {}, [&](int i) {
    return std::max(rings[static_cast<std::size_t>(i)].deadline(), start + milliseconds(1));
  }));
}

TEST(TimerWheel, a_timer_may_set_itself_again) {
  struct Repeating final : Timer {
    TimerWheel* wheel = nullptr;
    int rings = 0;
    void on_timer() override {
      ++rings;
      wheel->set(*this, deadline() + milliseconds(10));
    }
  };
  TimePoint start{};
  TimerWheel wheel(start);
  Repeating ring;
  ring.wheel = &wheel;
  wheel.set(ring, start + milliseconds(10));
  for (int i = 1; i <= 100; ++i) wheel.advance(start + milliseconds(i));
  EXPECT_EQ(ring.rings, 10);
}

}  // namespace
}  // namespace weir::runtime
