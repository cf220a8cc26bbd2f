#include "telemetry/degradations.h"

#include <gtest/gtest.h>

namespace weir::telemetry {
namespace {

TEST(Degradations, a_part_is_listed_once_since_its_first_report_with_its_latest_reason) {
  Degradations degradations;
  EXPECT_TRUE(degradations.report("provider a", "refused", WallTime{} + std::chrono::seconds(1)));
  EXPECT_FALSE(degradations.report("provider a", "timed out", WallTime{} + std::chrono::seconds(9)));
  ASSERT_EQ(degradations.list().size(), 1U);
  EXPECT_EQ(degradations.list()[0].reason, "timed out");
  EXPECT_EQ(degradations.list()[0].since, WallTime{} + std::chrono::seconds(1));
  EXPECT_TRUE(degradations.clear("provider a"));
  EXPECT_FALSE(degradations.clear("provider a"));
  EXPECT_TRUE(degradations.list().empty());
}

}  // namespace
}  // namespace weir::telemetry
