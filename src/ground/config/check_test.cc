#include "config/check.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "config/testing_environment.h"

namespace weir::config {
namespace {

constexpr std::string_view kHouse =
    "providers: { house: { kind: openai, base_url: \"http://127.0.0.1/v1\" } }\n";

std::string printed(std::string_view text) {
  TestingEnvironment world;
  auto settings = load(text, "weir.yaml", world.environment());
  std::string lines;
  if (settings) return lines;
  for (const auto& problem : settings.error()) lines += to_string(problem) + "\n";
  return lines;
}

std::string printed_with_house(std::string_view models) {
  return printed(std::string(kHouse) + std::string(models));
}

TEST(Check, an_address_that_others_can_reach_needs_a_master_key) {
  EXPECT_EQ(printed("listen: 0.0.0.0:4000\n"),
            "weir.yaml:1:9: listen: \"0.0.0.0:4000\" is open to other machines, which needs a key: set "
            "`auth.master_key`, or listen on 127.0.0.1\n");
  EXPECT_EQ(printed("listen: 0.0.0.0:4000\nauth: { master_key: sk-1 }\n"), "");
  EXPECT_EQ(printed("listen: \"[::1]:4000\"\n"), "");
}

TEST(Check, a_master_key_that_could_not_be_read_is_not_told_missing_too) {
  EXPECT_EQ(printed("listen: 0.0.0.0:4000\nauth: { master_key: \"${NO_SUCH}\" }\n"),
            "weir.yaml:2:21: auth.master_key: the environment variable NO_SUCH is not set; set it, or write "
            "${NO_SUCH:-default}\n");
}

TEST(Check, a_provider_on_the_internet_needs_a_key) {
  EXPECT_EQ(printed("providers:\n  openai: { kind: openai }\n"),
            "weir.yaml:2:3: providers.openai.keys: at least one key is needed to call an address that is not "
            "private\n");
  EXPECT_EQ(printed("providers:\n  claude: { kind: anthropic, keys: [] }\n"),
            "weir.yaml:2:30: providers.claude.keys: at least one key is needed to call an address that is "
            "not private\n");
  EXPECT_EQ(printed("providers: { vllm: { kind: openai, base_url: \"http://10.0.0.7:8000/v1\" } }\n"), "");
  EXPECT_EQ(printed("providers: { s: { kind: simulated } }\n"), "");
}

TEST(Check, a_provider_of_unknown_kind_is_told_once) {
  EXPECT_EQ(
      printed("providers: { x: { kind: opnai } }\n"),
      "weir.yaml:1:25: providers.x.kind: \"opnai\" is not one of openai, anthropic, simulated (did you mean "
      "openai?)\n");
}

TEST(Check, what_a_variable_holds_is_in_no_message) {
  TestingEnvironment world{.variables = {{"SECRET", "canary"},
                                         {"ADDRESS", "canary.example:4711"},
                                         {"MOST", "4711"},
                                         {"URL", "https://canary.example/4711"}},
                           .files = {}};
  for (std::string_view text :
       {"listen: \"${ADDRESS}\"\n", "providers: { p: { kind: openai, base_url: \"${URL}\" } }\n",
        "providers: { p: { kind: simulated, connections: { idle: 5000, max: \"${MOST}\" } } }\n",
        "models: { m: { deployments: [ { provider: \"${SECRET}\", model: x } ] } }\n",
        "models: { \"m/*\": { provider: \"${SECRET}\" } }\n",
        R"(providers: { p: { kind: openai, base_url: "http://a",
                       keys: [ { name: "${SECRET}", value: a }, { name: "${SECRET}", value: b } ] } })"}) {
    auto settings = load(text, "weir.yaml", world.environment());
    ASSERT_FALSE(settings) << text;
    for (const auto& problem : settings.error()) {
      EXPECT_EQ(problem.text.find("canary"), std::string::npos) << problem.text;
      EXPECT_EQ(problem.text.find("4711"), std::string::npos) << problem.text;
    }
  }
}

TEST(Check, two_keys_of_a_provider_have_two_names) {
  EXPECT_EQ(
      printed("providers: { p: { kind: openai, keys: [ { name: a, value: x }, { name: a, value: y } ] } }\n"),
      "weir.yaml:1:72: providers.p.keys[1].name: \"a\" is the name of another key, keys[0]\n");
}

TEST(Check, a_provider_s_name_fits_in_front_of_a_slash) {
  EXPECT_EQ(printed("providers: { a/b: { kind: simulated } }\n"),
            "weir.yaml:1:14: providers.\"a/b\": a provider's name is made of letters, digits and -_.\n");
}

TEST(Check, only_a_simulated_provider_has_a_script_and_it_has_nothing_else) {
  EXPECT_EQ(printed("providers: { p: { kind: openai, base_url: \"http://[::1]\", script: s.yaml } }\n"),
            "weir.yaml:1:67: providers.p.script: only a simulated provider has a script\n");
  EXPECT_EQ(printed("providers:\n  s:\n    kind: simulated\n    base_url: \"http://[::1]\"\n"
                    "    keys: [ { name: a, value: x } ]\n"),
            "weir.yaml:4:15: providers.s.base_url: a simulated provider has no address; remove it\n"
            "weir.yaml:5:5: providers.s.keys: a simulated provider needs no keys; remove them\n");
}

TEST(Check, more_idle_connections_than_connections_is_told) {
  EXPECT_EQ(printed("providers: { s: { kind: simulated, connections: { idle: 9, max: 8 } } }\n"),
            "weir.yaml:1:57: providers.s.connections.idle: is more than `max`, the most that may be open "
            "at all\n");
  EXPECT_EQ(printed("providers: { s: { kind: simulated, connections: { max: 8 } } }\n"),
            "weir.yaml:1:36: providers.s.connections.idle: is more than `max`, the most that may be open "
            "at all\n");
}

TEST(Check, a_deployment_names_a_provider_that_exists) {
  EXPECT_EQ(printed_with_house("models: { m: { deployments: [ { provider: hause, model: x } ] } }\n"),
            "weir.yaml:2:43: models.m.deployments[0].provider: there is no provider \"hause\" (did you mean "
            "house?)\n");
  EXPECT_EQ(printed_with_house("models: { m: { deployments: [ { provider: zebra, model: x } ] } }\n"),
            "weir.yaml:2:43: models.m.deployments[0].provider: there is no provider \"zebra\"\n");
  EXPECT_EQ(printed_with_house("models: { \"x/*\": { provider: hose } }\n"),
            "weir.yaml:2:30: models.\"x/*\".provider: there is no provider \"hose\" (did you mean house?)\n");
}

TEST(Check, a_model_has_deployments_and_a_wildcard_a_provider) {
  EXPECT_EQ(printed_with_house("models:\n  m:\n"),
            "weir.yaml:3:3: models.m.deployments: a model needs at least one deployment\n");
  EXPECT_EQ(printed_with_house("models: { m: { provider: house } }\n"),
            "weir.yaml:2:26: models.m.provider: only a wildcard such as \"openai/*\" has a provider; write "
            "`deployments`\n");
  EXPECT_EQ(printed_with_house("models:\n  \"h/*\":\n"),
            "weir.yaml:3:3: models.\"h/*\".provider: a wildcard needs the provider that it stands for\n");
  EXPECT_EQ(printed_with_house("models: { \"h/*\": { deployments: [ { provider: house, model: x } ] } }\n"),
            "weir.yaml:2:20: models.\"h/*\".deployments: a wildcard has no deployments; write `provider`\n");
  EXPECT_EQ(printed_with_house("models: { \"*/h\": { provider: house } }\n"),
            "weir.yaml:2:11: models.\"*/h\": a wildcard has one `*`, at its end\n");
  EXPECT_EQ(printed_with_house("models: { \"\": { provider: house } }\n"),
            "weir.yaml:2:11: models.\"\": a model's name must not be empty\n");
  EXPECT_EQ(printed_with_house("models: { \"*\": { provider: house }, m: { deployments: [ { provider: house, "
                               "model: x } ] } }\n"),
            "");
}

TEST(Check, a_fallback_is_a_model_that_is_configured) {
  auto printed_of_m = [](std::string_view setting) {
    return printed_with_house(
        fmt::format("models: {{ other: {{ deployments: [ {{ provider: house, model: x }} ] }}, \"h/*\": {{ "
                    "provider: house }},\n"
                    "  m: {{ deployments: [ {{ provider: house, model: x }} ],\n"
                    "       {} }} }}\n",
                    setting));
  };
  EXPECT_EQ(printed_of_m("fallbacks: [ other, h/any, house/any ], cheaper: other"), "");
  EXPECT_EQ(printed_of_m("fallbacks: [ othr ]"),
            "weir.yaml:4:21: models.m.fallbacks[0]: there is no model \"othr\" (did you mean other?)\n");
  EXPECT_EQ(printed_of_m("content_policy_fallbacks: [ m ]"),
            "weir.yaml:4:36: models.m.content_policy_fallbacks[0]: is this model itself\n");
  EXPECT_EQ(printed_of_m("cheaper: zebra"),
            "weir.yaml:4:17: models.m.cheaper: there is no model \"zebra\"\n");
}

TEST(Check, a_breaker_and_the_levels_make_sense) {
  EXPECT_EQ(printed("breaker: { open: 60s, open_cap: 30s }\n"),
            "weir.yaml:1:33: breaker.open_cap: is less than `open`, the time it stays open at first\n");
  EXPECT_EQ(
      printed("degradation: { no_extras: 95% }\n"),
      "weir.yaml:1:1: degradation: the levels must come in this order: no_extras, cheaper, cache_only\n");
}

TEST(Check, a_certificate_and_its_key_come_together) {
  EXPECT_EQ(printed("listener: { tls: { certificate: c.pem } }\n"),
            "weir.yaml:1:13: listener.tls: `key` is missing; a certificate needs its private key\n");
  EXPECT_EQ(printed("listener: { tls: { key: k.pem } }\n"),
            "weir.yaml:1:13: listener.tls: `certificate` is missing; a key needs its certificate\n");
}

TEST(WhyNotListen, an_address_from_the_command_line_is_held_to_the_same_rule) {
  EXPECT_EQ(why_not_listen({"127.0.0.1", 1}, {}), std::nullopt);
  EXPECT_EQ(why_not_listen({"0.0.0.0", 1}, {Secret("sk")}), std::nullopt);
  EXPECT_TRUE(why_not_listen({"0.0.0.0", 1}, {}).has_value());
}

}  // namespace
}  // namespace weir::config
