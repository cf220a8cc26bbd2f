#include "routing/router.h"

#include <gtest/gtest.h>

namespace weir::routing {
namespace {

using config::ProviderKind;

config::Settings settings() {
  config::Settings made;
  made.providers["openai"].kind = ProviderKind::openai;
  made.providers["anthropic"].kind = ProviderKind::anthropic;
  made.providers["house"].kind = ProviderKind::openai;
  made.models["gpt-4o-mini"].deployments = {{"openai", "gpt-4o-mini-2024", 3}, {"house", "llama", 1}};
  made.models["claude"].deployments = {{"anthropic", "claude-haiku-4-5", 1}};
  made.models["either"].deployments = {{"anthropic", "claude-haiku-4-5", 1}, {"openai", "gpt", 1}};
  made.models["openai/*"].provider = "openai";
  made.models["house-*"].provider = "house";
  return made;
}

class Routing : public testing::Test {
 protected:
  Result<Deployment> choose(std::string_view model, Dialect dialect = Dialect::openai) {
    auto route = router.find(model, dialect);
    if (!route) return std::unexpected(route.error());
    return drawn(*route);
  }
  // The deployment that is asked while all work.
  Deployment drawn(const Route& route) {
    auto choice = route.choose({}, random, [](std::uint32_t) { return Standing(); });
    return route.deployments()[route.targets()[choice->target].deployment];
  }
  telemetry::Names names;
  config::Settings given = settings();
  Router router{given, names};
  Random random{1};
};

TEST_F(Routing, deployments_are_drawn_by_their_weight) {
  int openai = 0;
  for (int i = 0; i < 4000; ++i) openai += choose("gpt-4o-mini")->provider == "openai" ? 1 : 0;
  EXPECT_NEAR(openai, 3000, 150);
}

TEST_F(Routing, only_deployments_that_speak_the_callers_dialect_are_drawn) {
  for (int i = 0; i < 50; ++i) EXPECT_EQ(choose("either", Dialect::anthropic)->provider, "anthropic");
}

TEST_F(Routing, a_model_of_the_other_dialect_is_refused_with_the_path_to_call) {
  auto refused = choose("claude");
  EXPECT_EQ(refused.error().kind, Failure::Kind::wrong_dialect);
  EXPECT_NE(refused.error().message.find("/v1/messages"), std::string::npos);
}

TEST_F(Routing, a_wildcard_gives_the_provider_its_own_name_for_the_model) {
  EXPECT_EQ(choose("openai/o3")->model, "o3");
  EXPECT_EQ(choose("openai/o3")->provider, "openai");
  EXPECT_EQ(choose("house-7b")->model, "house-7b");
}

TEST_F(Routing, a_provider_and_a_model_work_where_a_wildcard_of_the_provider_allows_the_model) {
  EXPECT_EQ(choose("house/house-7b")->model, "house-7b");
  EXPECT_FALSE(choose("house/other"));
  EXPECT_FALSE(choose("anthropic/claude"));
}

TEST_F(Routing, an_unknown_name_is_refused_with_the_nearest) {
  auto refused = choose("gpt-4o-mimi");
  EXPECT_EQ(refused.error().kind, Failure::Kind::no_such_model);
  EXPECT_NE(refused.error().message.find("'gpt-4o-mini'"), std::string::npos);
}

TEST_F(Routing, without_a_configuration_file_bare_names_go_by_dialect) {
  given.unknown_models = config::UnknownModels::by_dialect;
  given.providers["simulated"].kind = ProviderKind::simulated;
  Router with(given, names);
  EXPECT_EQ(drawn(*with.find("anything", Dialect::openai)).provider, "openai");
  given.providers.erase("openai");
  given.models.erase("openai/*");
  Router without(given, names);
  EXPECT_EQ(drawn(*without.find("anything", Dialect::openai)).provider, "simulated");
  EXPECT_FALSE(without.find("nobody/anything", Dialect::openai));
}

TEST_F(Routing, labels_are_configured_names_whatever_a_caller_writes) {
  EXPECT_EQ(router.find("gpt-4o-mini", Dialect::openai)->label(), "gpt-4o-mini");
  EXPECT_EQ(router.find("openai/my-secret", Dialect::openai)->label(), "openai/*");
  EXPECT_EQ(choose("openai/my-secret")->label, "openai/*");
  EXPECT_EQ(choose("claude", Dialect::anthropic)->label, "anthropic/claude-haiku-4-5");
}

TEST_F(Routing, an_answer_is_known_by_the_deployment_that_made_it) {
  auto route = *router.find("gpt-4o-mini", Dialect::openai);
  auto made_by = drawn(route).id;
  EXPECT_TRUE(route.has(made_by));
  EXPECT_FALSE(router.find("claude", Dialect::anthropic)->has(made_by));

  // Other keys and weights make no other deployment; another address or model does.
  auto changed = given;
  changed.models["gpt-4o-mini"].deployments = {{"openai", "gpt-4o-mini-2024", 9}, {"house", "llama", 2}};
  EXPECT_TRUE(Router(changed, names).find("gpt-4o-mini", Dialect::openai)->has(made_by));
  changed.models["gpt-4o-mini"].deployments = {{"openai", "gpt-5", 1}, {"house", "llama-4", 1}};
  EXPECT_FALSE(Router(changed, names).find("gpt-4o-mini", Dialect::openai)->has(made_by));
}

// What the endpoints are called, in their order: "openai/gpt-4o-mini by main".
std::vector<std::string> endpoints_of(const Router& router) {
  std::vector<std::string> names;
  for (const auto& endpoint : router.endpoints())
    names.push_back(fmt::format("{} by {}", endpoint.deployment, endpoint.key_name));
  return names;
}

TEST(Endpoints, are_deployments_through_their_keys_each_once_whichever_models_have_it) {
  config::Settings given;
  given.providers["openai"].keys = {{.name = "a", .value = {}, .weight = 3}, {.name = "b", .value = {}}};
  given.providers["sim"].kind = ProviderKind::simulated;
  given.models["fast"].deployments = {{"openai", "gpt", 4}, {"sim", "sim-1", 1}};
  given.models["fast"].breaker.window = 7;
  given.models["steady"].deployments = {{"sim", "sim-1", 1}, {"openai", "o3", 1}, {"openai", "gpt", 1}};
  telemetry::Names names;
  Router router(given, names);

  EXPECT_EQ(endpoints_of(router),
            (std::vector<std::string>{"openai/gpt by a", "openai/gpt by b", "sim/sim-1 by ", "openai/o3 by a",
                                      "openai/o3 by b"}));
  EXPECT_EQ(router.endpoints()[2].breaker->window, 7U);
  EXPECT_EQ(router.endpoints()[3].breaker->window, 100U);

  auto fast = *router.find("fast", Dialect::openai);
  ASSERT_EQ(fast.targets().size(), 3U);
  EXPECT_EQ(fast.targets()[1].endpoint, 1U);
  EXPECT_EQ(fast.targets()[1].key, 1U);
  EXPECT_EQ(fast.targets()[0].weight, 3);
  EXPECT_EQ(fast.targets()[1].weight, 1);
  EXPECT_EQ(fast.targets()[2].weight, 1);
  EXPECT_EQ(router.find("steady", Dialect::openai)->targets()[4].endpoint, 1U);
  // In the other dialect a deployment has another place among the route's, and is the same endpoint.
  EXPECT_EQ(router.find("fast", Dialect::anthropic)->targets()[0].deployment, 0U);
  EXPECT_EQ(router.find("fast", Dialect::anthropic)->targets()[0].endpoint, 2U);
}

TEST(Endpoints, of_wildcards_are_their_providers_keys_whatever_callers_ask_for) {
  config::Settings given;
  given.providers["openai"].keys = {{.name = "a", .value = {}}, {.name = "b", .value = {}}};
  given.models["gpt-*"].provider = "openai";
  given.models["gpt-*"].strategy = config::Strategy::latency;
  given.models["openai/*"].provider = "openai";
  telemetry::Names names;
  Router router(given, names);

  EXPECT_EQ(endpoints_of(router), (std::vector<std::string>{"openai/* by a", "openai/* by b"}));
  for (const auto* model : {"gpt-9", "openai/o3", "openai/gpt-9"}) {
    auto route = *router.find(model, Dialect::openai);
    ASSERT_EQ(route.targets().size(), 2U);
    EXPECT_EQ(route.targets()[1].endpoint, 1U);
    EXPECT_EQ(route.deployments()[route.targets()[1].deployment].provider, "openai");
  }
  EXPECT_EQ(router.find("gpt-9", Dialect::openai)->settings().strategy, config::Strategy::latency);
}

TEST(Endpoints, are_there_for_names_that_no_model_stands_for) {
  config::Settings given;
  given.providers["simulated"].kind = ProviderKind::simulated;
  given.unknown_models = config::UnknownModels::by_dialect;
  given.retry.attempts = 9;
  telemetry::Names names;
  Router router(given, names);

  EXPECT_EQ(endpoints_of(router), std::vector<std::string>{"simulated/* by "});
  EXPECT_EQ(router.find("anything", Dialect::openai)->targets().size(), 1U);
  EXPECT_EQ(router.find("anything", Dialect::openai)->settings().retry.attempts, 9U);
}

}  // namespace
}  // namespace weir::routing
