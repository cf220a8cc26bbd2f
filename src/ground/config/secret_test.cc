#include "config/secret.h"

#include <gtest/gtest.h>

#include <sstream>

namespace weir::config {
namespace {

TEST(Secret, prints_as_three_stars_however_it_is_printed) {
  Secret secret("sk-hush");
  std::ostringstream out;
  out << secret;
  EXPECT_EQ(out.str(), "***");
  EXPECT_EQ(fmt::format("{}", secret), "***");
  EXPECT_EQ(fmt::format("{:>5}", secret), "  ***");
  EXPECT_EQ(testing::PrintToString(secret), "***");
  EXPECT_EQ(fmt::format("{}", Secret()), "***");
}

TEST(Secret, gives_its_value_to_who_asks_for_it) { EXPECT_EQ(Secret("sk-hush").reveal(), "sk-hush"); }

}  // namespace
}  // namespace weir::config
