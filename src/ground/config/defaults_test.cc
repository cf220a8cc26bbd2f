#include "config/defaults.h"

#include <gtest/gtest.h>

#include "config/check.h"
#include "config/problem_list.h"
#include "config/testing_environment.h"

namespace weir::config {
namespace {

std::expected<Settings, std::vector<Problem>> settings_with(std::map<std::string, std::string> variables) {
  TestingEnvironment world{.variables = std::move(variables), .files = {}};
  return default_settings(world.environment());
}

template <class Map>
std::vector<std::string> names(const Map& map) {
  std::vector<std::string> out;
  for (const auto& [name, entry] : map) out.push_back(name);
  return out;
}

using Names = std::vector<std::string>;

TEST(DefaultSettings, without_a_key_there_is_the_simulated_provider) {
  auto settings = settings_with({{"OPENAI_API_KEY", ""}, {"OPENAI_BASE_URL", "not looked at"}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(names(settings->providers), Names{"simulated"});
  EXPECT_EQ(names(settings->models), (Names{"sim-*", "sim-1", "simulated/*"}));
  EXPECT_EQ(settings->models["sim-1"].deployments,
            (std::vector<DeploymentSettings>{{"simulated", "sim-1", 1}}));
  EXPECT_EQ(settings->models["simulated/*"].provider, "simulated");
  EXPECT_EQ(settings->unknown_models, UnknownModels::by_dialect);
  EXPECT_EQ(to_string(settings->listen), "127.0.0.1:4000");
}

TEST(DefaultSettings, a_key_in_the_environment_brings_its_provider) {
  auto settings = settings_with({{"OPENAI_API_KEY", "sk-1"}, {"ANTHROPIC_API_KEY", "sk-2"}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(names(settings->providers), (Names{"anthropic", "openai", "simulated"}));
  EXPECT_EQ(settings->providers["openai"].kind, ProviderKind::openai);
  EXPECT_EQ(settings->providers["openai"].keys,
            (std::vector<ProviderKey>{{"OPENAI_API_KEY", Secret("sk-1"), 1}}));
  EXPECT_EQ(to_string(settings->providers["openai"].base_url), "https://api.openai.com/v1");
  EXPECT_EQ(settings->providers["anthropic"].kind, ProviderKind::anthropic);
  EXPECT_EQ(to_string(settings->providers["anthropic"].base_url), "https://api.anthropic.com");
  EXPECT_EQ(settings->models["openai/*"].provider, "openai");
  EXPECT_EQ(settings->models["anthropic/*"].provider, "anthropic");
}

TEST(DefaultSettings, base_urls_are_taken_from_the_environment) {
  auto settings =
      settings_with({{"OPENAI_API_KEY", "sk-1"}, {"OPENAI_BASE_URL", "http://127.0.0.1:9009/v1"}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(to_string(settings->providers["openai"].base_url), "http://127.0.0.1:9009/v1");
}

TEST(DefaultSettings, a_variable_that_cannot_be_used_is_told_without_its_value) {
  auto settings =
      settings_with({{"ANTHROPIC_API_KEY", "sk 2"}, {"OPENAI_API_KEY", "sk-1"}, {"OPENAI_BASE_URL", "x"}});
  ASSERT_FALSE(settings);
  ASSERT_EQ(settings.error().size(), 2);
  EXPECT_EQ(to_string(settings.error()[0]),
            "environment: OPENAI_BASE_URL: its value must start with http:// or https://");
  EXPECT_EQ(to_string(settings.error()[1]),
            "environment: ANTHROPIC_API_KEY: its value holds a space, a line end or a letter outside ASCII, "
            "which no "
            "header can carry");
}

TEST(DefaultSettings, hold_what_is_asked_of_a_file) {
  auto settings = settings_with({{"OPENAI_API_KEY", "sk-1"}, {"ANTHROPIC_API_KEY", "sk-2"}});
  ASSERT_TRUE(settings);
  ProblemList problems("defaults");
  check(*settings, problems);
  EXPECT_TRUE(problems.empty());
}

}  // namespace
}  // namespace weir::config
