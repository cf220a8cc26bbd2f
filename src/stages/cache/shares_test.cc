#include "cache/shares.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace weir::cache {
namespace {

TEST(Shares, whoever_holds_nothing_any_more_costs_nothing) {
  Shares shares;
  TenantId tenant{"a tenant whose name is longer than a short string"};
  auto added = shares.add(tenant, 10);
  EXPECT_TRUE(added.began);
  EXPECT_EQ(shares.bytes(), Shares::cost(tenant));
  EXPECT_EQ(shares.subtract(added.holding, 10), Shares::cost(tenant));
  EXPECT_EQ(shares.bytes(), 0U);
  EXPECT_EQ(shares.holders(), 0U);
  EXPECT_FALSE(shares.most());
}

TEST(Shares, a_tenant_that_comes_back_is_not_taken_for_the_one_it_was) {
  Shares shares;
  auto first = shares.add({"one"}, 10);
  HolderId id = first.holding.id;
  shares.subtract(first.holding, 10);
  EXPECT_NE(shares.add({"one"}, 10).holding.id, id);
}

TEST(Shares, the_one_that_holds_most_is_known_after_any_change) {
  Random random(1);
  Shares shares;
  std::map<std::string, std::uint64_t> held;
  std::map<std::string, Shares::Holding*> holdings;
  for (int i = 0; i < 50'000; ++i) {
    std::string name = std::to_string(random.below(40));
    if (held[name] > 0 && random.below(5) < 3) {
      std::uint64_t less = random.below(3) == 0 ? held[name] : 1 + random.below(held[name]);
      held[name] -= less;
      shares.subtract(*holdings[name], less);
    } else {
      std::uint64_t more = 1 + random.below(1000);
      held[name] += more;
      holdings[name] = &shares.add({name}, more).holding;
    }
    std::erase_if(held, [](const auto& tenant) { return tenant.second == 0; });
    ASSERT_EQ(shares.holders(), held.size());
    ASSERT_EQ(shares.most().has_value(), !held.empty());
    if (held.empty()) continue;
    std::uint64_t most = 0;
    std::uint64_t of_the_one = 0;
    for (const auto& [tenant, bytes] : held) {
      most = std::max(most, bytes);
      if (holdings[tenant]->id == *shares.most()) of_the_one = bytes;
    }
    ASSERT_EQ(of_the_one, most) << "at " << i;
  }
}

}  // namespace
}  // namespace weir::cache
