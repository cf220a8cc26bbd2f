#include "model/ids.h"

#include <gtest/gtest.h>

#include <set>

namespace weir {
namespace {

TEST(RequestId, sorts_by_time_and_never_repeats) {
  Random random(1);
  WallTime when{std::chrono::milliseconds(1'700'000'000'000)};
  RequestId earlier(when, random);
  RequestId later(when + std::chrono::milliseconds(1), random);
  EXPECT_LT(earlier.text(), later.text());
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) seen.emplace(RequestId(when, random).text());
  EXPECT_EQ(seen.size(), 10'000U);
}

// The example of the ULID specification: 1469918176385 ms is 01ARYZ6S41.
TEST(RequestId, is_a_ulid_behind_its_prefix) {
  Random random(1);
  RequestId id(WallTime{std::chrono::milliseconds(1'469'918'176'385)}, random);
  EXPECT_EQ(id.text().substr(0, 14), "req_01ARYZ6S41");
  EXPECT_EQ(id.text().size(), 30U);
  EXPECT_EQ(id.text().find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 4), std::string_view::npos);
}

}  // namespace
}  // namespace weir
