#include "cache/expiry_wheel.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace weir::cache {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kStart{hours(100)};

TEST(Expiry, comes_at_its_time_or_up_to_a_second_later_never_before) {
  ExpiryWheel wheel(kStart);
  Expiring entry;
  entry.due = kStart + milliseconds(1500);
  wheel.add(entry);
  EXPECT_EQ(wheel.pop(kStart + milliseconds(1499)), nullptr);
  EXPECT_EQ(wheel.pop(kStart + milliseconds(2500)), &entry);
  EXPECT_EQ(wheel.pop(kStart + hours(1)), nullptr);
}

TEST(Expiry, what_never_expires_never_comes) {
  ExpiryWheel wheel(kStart);
  Expiring entry;
  entry.due = TimePoint::max();
  wheel.add(entry);
  EXPECT_EQ(wheel.pop(kStart + hours(100'000)), nullptr);
}

TEST(Expiry, what_has_expired_when_it_is_added_comes_with_the_next_second) {
  ExpiryWheel wheel(kStart);
  Expiring entry;
  entry.due = kStart - hours(1);
  wheel.add(entry);
  EXPECT_EQ(wheel.pop(kStart + seconds(1)), &entry);
}

TEST(Expiry, of_many_over_days_each_comes_within_a_second_of_its_time) {
  Random random(1);
  ExpiryWheel wheel(kStart);
  std::vector<Expiring> entries(5'000);
  TimePoint now = kStart;
  std::size_t come = 0;
  for (auto& entry : entries) {
    entry.due = kStart + milliseconds(random.below(3 * 86'400'000));
    wheel.add(entry);
  }
  while (come < entries.size()) {
    // Mostly second by second, now and then a loop that was away for long.
    Duration step = random.below(1000) == 0 ? Duration(seconds(2000)) : Duration(milliseconds(1000));
    TimePoint before = now;
    now += step;
    while (Expiring* expired = wheel.pop(now)) {
      ASSERT_LE(expired->due, now);
      ASSERT_GT(expired->due, before - seconds(1));
      ++come;
    }
    ASSERT_LT(now, kStart + hours(80));
  }
}

}  // namespace
}  // namespace weir::cache
