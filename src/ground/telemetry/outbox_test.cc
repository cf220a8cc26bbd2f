#include "telemetry/outbox.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace weir::telemetry {
namespace {

using std::chrono::milliseconds;

TEST(Outbox, what_is_put_in_comes_out_in_order) {
  Bell bell;
  Outbox<int, 8> outbox(bell);
  std::vector<int> got;
  for (int i = 0; i < 20; ++i) {
    outbox.put(i);
    outbox.take([&](int item) { got.push_back(item); });
  }
  ASSERT_EQ(got.size(), 20U);
  EXPECT_EQ(got.back(), 19);
  EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, what_does_not_fit_is_dropped_and_counted) {
  Bell bell;
  Outbox<int, 8> outbox(bell);
  for (int i = 0; i < 10; ++i) outbox.put(i);
  EXPECT_EQ(outbox.dropped(), 2U);
  std::vector<int> got;
  EXPECT_EQ(outbox.take([&](int item) { got.push_back(item); }), 8U);
  EXPECT_EQ(got.back(), 7);
}

// A wake-up that got lost would show as a wait of ten seconds: the suite's time limit ends that.
TEST(Outbox, a_sleeping_reader_is_woken_by_every_writer) {
  constexpr int kEach = 100'000;
  Bell bell;
  Outbox<int> first(bell);
  Outbox<int> second(bell);
  auto write = [&](Outbox<int>& outbox) {
    for (int i = 0; i < kEach;) {
      auto dropped = outbox.dropped();
      outbox.put(i);
      if (outbox.dropped() == dropped) ++i;
    }
  };
  std::thread one([&] { write(first); });
  std::thread two([&] { write(second); });
  int got = 0;
  while (got < 2 * kEach) {
    auto count = [&](int) { ++got; };
    first.take(count);
    second.take(count);
    if (got < 2 * kEach) bell.wait(milliseconds(10'000), [&] { return !first.empty() || !second.empty(); });
  }
  one.join();
  two.join();
  EXPECT_EQ(got, 2 * kEach);
}

}  // namespace
}  // namespace weir::telemetry
