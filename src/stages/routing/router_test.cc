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
    return router.choose(model, dialect, random);
  }
  config::Settings given = settings();
  Router router{given};
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
  EXPECT_EQ(choose("anything")->provider, "openai");
  given.providers.erase("openai");
  EXPECT_EQ(choose("anything")->provider, "simulated");
  EXPECT_FALSE(choose("nobody/anything"));
}

}  // namespace
}  // namespace weir::routing
