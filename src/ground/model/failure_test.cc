#include "model/failure.h"

#include <gtest/gtest.h>

#include <set>

namespace weir {
namespace {

// CONTRACT "Provider's answer to caller's answer" and DESIGN section 2 "Errors".
TEST(Failures, each_has_the_status_that_the_contract_gives_it) {
  using Kind = Failure::Kind;
  EXPECT_EQ(class_of(Kind::malformed_request).status, 400);
  EXPECT_EQ(class_of(Kind::not_authenticated).status, 401);
  EXPECT_EQ(class_of(Kind::not_allowed).status, 403);
  EXPECT_EQ(class_of(Kind::no_such_model).status, 404);
  EXPECT_EQ(class_of(Kind::too_large).status, 413);
  EXPECT_EQ(class_of(Kind::rate_limited).status, 429);
  EXPECT_EQ(class_of(Kind::provider_auth).status, 502);
  EXPECT_EQ(class_of(Kind::provider_malformed).status, 502);
  EXPECT_EQ(class_of(Kind::provider_overloaded).status, 503);
  EXPECT_EQ(class_of(Kind::overloaded).status, 503);
  EXPECT_EQ(class_of(Kind::provider_timeout).status, 504);
  EXPECT_EQ(class_of(Kind::no_healthy_deployment).status, 503);
  EXPECT_EQ(class_of(Kind::internal).status, 500);
}

TEST(Failures, codes_are_told_apart) {
  std::set<std::string_view> codes;
  for (std::size_t i = 0; i < Failure::kKinds; ++i)
    codes.insert(class_of(static_cast<Failure::Kind>(i)).code);
  EXPECT_EQ(codes.size(), Failure::kKinds);
}

}  // namespace
}  // namespace weir
