#include "resilience/registry.h"

#include <gtest/gtest.h>

namespace weir::resilience {
namespace {

constexpr TimePoint kNow{std::chrono::hours(1)};
constexpr Endpoint::Name kMain{.deployment = "openai/gpt-4o-mini", .provider = "openai", .key_name = "main"};
constexpr Endpoint::Name kSpare{
    .deployment = "openai/gpt-4o-mini", .provider = "openai", .key_name = "spare"};
constexpr DeploymentId kMini{1};

TEST(Registry, a_reload_finds_what_was_known_of_an_endpoint) {
  Registry registry;
  auto before = registry.endpoint(kMain, kMini, {});
  before->enter(kNow)->note({.outcome = Observation::Outcome::congested, .rest = std::chrono::seconds(20)},
                            kNow);
  auto after = registry.endpoint(kMain, kMini, {.window = 10});
  EXPECT_EQ(before, after);
  EXPECT_EQ(after->standing(kNow).state, Standing::State::resting);
}

TEST(Registry, a_reload_gives_an_endpoint_its_new_settings) {
  Registry registry;
  auto endpoint = registry.endpoint(kMain, kMini, {});
  while (auto permit = endpoint->enter(kNow)) permit->note({.outcome = Observation::Outcome::failed}, kNow);
  EXPECT_EQ(endpoint->standing(kNow).state, Standing::State::broken);
  registry.endpoint(kMain, kMini, {.enabled = false});
  EXPECT_EQ(endpoint->standing(kNow).state, Standing::State::ready);
}

TEST(Registry, another_key_another_deployment_or_another_provider_is_another_endpoint) {
  Registry registry;
  auto endpoint = registry.endpoint(kMain, kMini, {});
  EXPECT_NE(registry.endpoint(kSpare, kMini, {}), endpoint);
  EXPECT_NE(registry.endpoint(kMain, DeploymentId{2}, {}), endpoint);
  EXPECT_NE(
      registry.endpoint({.deployment = kMain.deployment, .provider = "house", .key_name = "main"}, kMini, {}),
      endpoint);
  EXPECT_EQ(registry.endpoint(kMain, kMini, {}), endpoint);
}

TEST(Registry, the_endpoints_of_a_provider_have_one_waiting_room) {
  Registry registry;
  auto main = registry.endpoint(kMain, kMini, {});
  auto spare = registry.endpoint(kSpare, kMini, {});
  EXPECT_EQ(main->room(), spare->room());
  EXPECT_EQ(main->room(), registry.waiting_room("openai", {}).get());
  EXPECT_NE(main->room(), registry.waiting_room("house", {}).get());
}

TEST(Registry, a_model_has_one_budget_before_and_after_a_reload) {
  Registry registry;
  auto traffic = registry.traffic("gpt-4o-mini");
  EXPECT_EQ(traffic, registry.traffic("gpt-4o-mini"));
  EXPECT_NE(traffic, registry.traffic("claude-haiku"));
}

TEST(Registry, what_no_configuration_holds_any_more_is_forgotten) {
  Registry registry;
  auto kept = registry.endpoint(kMain, kMini, {});
  std::weak_ptr<Endpoint> dropped = registry.endpoint(kSpare, kMini, {});
  std::weak_ptr<WaitingRoom> dropped_room = registry.waiting_room("house", {});
  std::weak_ptr<Traffic> dropped_traffic = registry.traffic("claude-haiku");
  EXPECT_EQ(registry.endpoints().size(), 2U);
  registry.forget_unused();
  EXPECT_TRUE(dropped.expired());
  EXPECT_TRUE(dropped_room.expired());
  EXPECT_TRUE(dropped_traffic.expired());
  EXPECT_EQ(registry.endpoints(), std::vector{kept});
  EXPECT_EQ(kept->room(), registry.waiting_room("openai", {}).get());
}

}  // namespace
}  // namespace weir::resilience
