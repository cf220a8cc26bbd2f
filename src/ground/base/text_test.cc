#include "base/text.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(NearestName, a_slip_of_the_finger_finds_the_name) {
  std::vector<std::string> names{"listen", "listener", "providers", "models"};
  EXPECT_EQ(nearest_name("provders", names), "providers");
  EXPECT_EQ(nearest_name("Models", names), "models");
}

TEST(NearestName, something_else_altogether_finds_nothing) {
  std::vector<std::string> names{"listen", "providers"};
  EXPECT_EQ(nearest_name("zebra", names), std::nullopt);
  EXPECT_EQ(nearest_name("", names), std::nullopt);
}

TEST(EqualsIgnoringCase, folds_ascii_letters_only) {
  EXPECT_TRUE(equals_ignoring_case("Content-Type", "content-TYPE"));
  EXPECT_FALSE(equals_ignoring_case("Content-Type", "content-typ"));
  EXPECT_FALSE(equals_ignoring_case("\xC4", "\xE4"));
}

TEST(Trimmed, takes_spaces_and_tabs_from_both_ends) { EXPECT_EQ(trimmed(" \t a b\t "), "a b"); }

}  // namespace
}  // namespace weir
