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
    return route->draw(random);
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
  EXPECT_EQ(Router(given, names).find("anything", Dialect::openai)->draw(random).provider, "openai");
  given.providers.erase("openai");
  given.models.erase("openai/*");
  Router without(given, names);
  EXPECT_EQ(without.find("anything", Dialect::openai)->draw(random).provider, "simulated");
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
  auto made_by = route.draw(random).id;
  EXPECT_TRUE(route.has(made_by));
  EXPECT_FALSE(router.find("claude", Dialect::anthropic)->has(made_by));

  // Other keys and weights make no other deployment; another address or model does.
  auto changed = given;
  changed.models["gpt-4o-mini"].deployments = {{"openai", "gpt-4o-mini-2024", 9}, {"house", "llama", 2}};
  EXPECT_TRUE(Router(changed, names).find("gpt-4o-mini", Dialect::openai)->has(made_by));
  changed.models["gpt-4o-mini"].deployments = {{"openai", "gpt-5", 1}, {"house", "llama-4", 1}};
  EXPECT_FALSE(Router(changed, names).find("gpt-4o-mini", Dialect::openai)->has(made_by));
}

}  // namespace
}  // namespace weir::routing
