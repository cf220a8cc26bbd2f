#include "journey/trace_limit.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace weir::journey {
namespace {

using std::chrono::milliseconds;

TEST(TraceLimit, so_many_in_a_second_and_then_as_many_in_the_next) {
  TraceLimit limit;
  TimePoint now{milliseconds(5'000)};
  EXPECT_TRUE(limit.take(now, 2));
  EXPECT_TRUE(limit.take(now + milliseconds(10), 2));
  EXPECT_FALSE(limit.take(now + milliseconds(999), 2));
  EXPECT_TRUE(limit.take(now + milliseconds(1'000), 2));
}

TEST(TraceLimit, all_threads_together_take_no_more) {
  TraceLimit limit;
  std::atomic<int> taken = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n) taken += limit.take(TimePoint{milliseconds(5'000)}, 5'000) ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(taken, 5'000);
}

}  // namespace
}  // namespace weir::journey
