#include "resilience/backoff.h"

#include <gtest/gtest.h>

namespace weir::resilience {
namespace {

using config::Jitter;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Backoff, without_jitter_waits_double_up_to_the_cap) {
  Random random(1);
  config::RetrySettings settings{.jitter = Jitter::none};
  std::array waits{milliseconds(250),  milliseconds(500),  milliseconds(1000), milliseconds(2000),
                   milliseconds(4000), milliseconds(8000), milliseconds(8000)};
  for (std::uint32_t retry = 1; retry <= waits.size(); ++retry)
    EXPECT_EQ(backoff(settings, retry, random), waits[retry - 1]);
  EXPECT_EQ(backoff(settings, std::numeric_limits<std::uint32_t>::max(), random), seconds(8));
}

// Callers that failed together don't come again together.
TEST(Backoff, full_jitter_takes_any_part_of_the_wait) {
  Random random(1);
  Duration sum{};
  Duration shortest = seconds(100);
  Duration longest{};
  for (int i = 0; i < 10'000; ++i) {
    Duration wait = backoff({}, 3, random);
    sum += wait;
    shortest = std::min(shortest, wait);
    longest = std::max(longest, wait);
  }
  EXPECT_LT(shortest, milliseconds(10));
  EXPECT_GT(longest, milliseconds(990));
  EXPECT_LT(longest, seconds(1));
  EXPECT_NEAR(std::chrono::duration<double>(sum / 10'000).count(), 0.5, 0.02);
}

TEST(Backoff, additive_jitter_adds_up_to_the_base) {
  Random random(1);
  config::RetrySettings settings{.jitter = Jitter::additive};
  Duration longest{};
  for (int i = 0; i < 1'000; ++i) {
    Duration wait = backoff(settings, 10, random);
    EXPECT_GE(wait, seconds(8));
    longest = std::max(longest, wait);
  }
  EXPECT_GT(longest, milliseconds(8200));
  EXPECT_LT(longest, milliseconds(8250));
}

}  // namespace
}  // namespace weir::resilience
