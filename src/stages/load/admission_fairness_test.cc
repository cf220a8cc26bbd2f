// Ten tenants over some time, one of which asks for a hundred times as much as the others.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <span>
#include <string>

#include "base/random.h"
#include "load/admission.h"

namespace weir::load {
namespace {

constexpr std::uint32_t kPlaces = 160;
constexpr int kLong = 10;  // steps that a call takes

struct Tenant {
  TenantId id;
  int asks = 0;  // calls, in each step
  int refused = 0;
  std::multimap<int, Admission::Place> calls;  // by when they end
};

// One greedy tenant, who always asks first, and nine others. Each of these needs as many places as it begins
// calls while one lasts.
class TenTenants {
 public:
  // Calls take up to `spread` steps more or fewer.
  TenTenants(int asks_of_others, int spread) : spread_(spread) {
    for (auto& tenant : tenants_) {
      tenant.id = {"tenant " + std::to_string(&tenant - tenants_.data())};
      tenant.asks = asks_of_others;
    }
    greedy().asks *= 100;
  }
  void step() {
    ++now_;
    for (auto& tenant : tenants_) tenant.calls.erase(tenant.calls.begin(), tenant.calls.upper_bound(now_));
    for (auto& tenant : tenants_) {
      for (int i = 0; i < tenant.asks; ++i) ask(tenant);
    }
  }
  std::span<Tenant> others() { return std::span(tenants_).subspan(1); }
  Tenant& greedy() { return tenants_.front(); }

 private:
  void ask(Tenant& tenant) {
    auto place = admission_.enter(tenant.id);
    if (!place) {
      ++tenant.refused;
      return;
    }
    const auto extra = static_cast<int>(random_.below(2 * static_cast<std::uint64_t>(spread_) + 1));
    tenant.calls.emplace(now_ + kLong - spread_ + extra, *std::move(place));
  }

  const int spread_;
  Admission admission_{kPlaces};
  std::array<Tenant, 10> tenants_;
  Random random_{1};
  int now_ = 0;
};

TEST(Fairness, who_needs_less_than_its_share_is_refused_nothing_once_the_first_rush_is_over) {
  TenTenants world(1, 0);  // ten places each of the fifteen that are their share
  for (int i = 0; i < 2 * kLong; ++i) world.step();
  for (auto& tenant : world.others()) tenant.refused = 0;
  for (int i = 0; i < 50 * kLong; ++i) {
    world.step();
    ASSERT_GE(world.greedy().calls.size(), 15U) << "its share is its own";
  }
  for (auto& tenant : world.others()) EXPECT_EQ(tenant.refused, 0) << tenant.id.value;
  EXPECT_GT(world.greedy().refused, 0);
}

TEST(Fairness, where_all_need_more_than_there_is_none_gets_much_less_than_its_share) {
  TenTenants world(4, 5);  // forty places each
  for (int i = 0; i < 5 * kLong; ++i) world.step();
  constexpr int kSteps = 200 * kLong;
  std::array<std::size_t, 10> held{};
  for (int i = 0; i < kSteps; ++i) {
    world.step();
    held[0] += world.greedy().calls.size();
    for (std::size_t other = 0; other < 9; ++other) held[other + 1] += world.others()[other].calls.size();
  }
  for (std::size_t sum : held) EXPECT_NEAR(static_cast<double>(sum) / kSteps, 15, 2);
}

}  // namespace
}  // namespace weir::load
