#include "mock/script.h"

#include <gtest/gtest.h>

namespace weir::mock {
namespace {

using std::chrono::milliseconds;

std::string error_of(std::string_view yaml) {
  auto script = parse_script(yaml);
  return script ? "no error" : script.error();
}

TEST(MockScript, an_empty_one_answers_as_the_contract_says) {
  auto script = parse_script("");
  ASSERT_TRUE(script);
  EXPECT_EQ(script->usual.time_to_first_token, milliseconds(20));
  EXPECT_EQ(script->usual.tokens_per_second, 100);
  EXPECT_EQ(script->usual.output_tokens, 50U);
  EXPECT_TRUE(script->rules.empty());
}

TEST(MockScript, the_contracts_example_is_read) {
  auto script = parse_script(R"(
seed: 7
default: { time_to_first_token: 1s, tokens_per_second: 0.5, output_tokens: 9, tokens_per_event: 3 }
rules:
  - when: { call: { from: 3, to: 5 }, model: "gpt-*", path: /v1/messages, contains: "hello", share: 12.5% }
    fault: { kind: status, status: 429, retry_after: 1s }
  - { tokens_per_second: 0, fault: { kind: drip, delay: 5ms } }
prices: { default: { input: 2.5, output: 10 }, sim-2: { input: 0.000001, output: 0 } }
hints: true
raw_log: true
)");
  ASSERT_TRUE(script) << script.error();
  EXPECT_EQ(script->seed, 7U);
  EXPECT_EQ(script->usual, (Behaviour{milliseconds(1000), 0.5, 9, 3}));
  ASSERT_EQ(script->rules.size(), 2U);
  const auto& when = script->rules[0].when;
  EXPECT_EQ(when.call->from, 3U);
  EXPECT_EQ(when.call->to, 5U);
  EXPECT_EQ(when.model, "gpt-*");
  EXPECT_EQ(when.path, "/v1/messages");
  EXPECT_EQ(when.contains, "hello");
  EXPECT_EQ(when.share, 0.125);
  EXPECT_EQ(script->rules[0].fault,
            (Fault{.kind = Fault::Kind::status, .status = 429, .retry_after = milliseconds(1000)}));
  EXPECT_EQ(script->rules[1].fault->at, Fault::At::after_head);
  EXPECT_EQ(script->rules[1].fault->delay, milliseconds(5));
  EXPECT_EQ(script->rules[1].change.tokens_per_second, 0);
  EXPECT_EQ(script->price_of("any"), (Price{2'500'000, 10'000'000}));
  EXPECT_EQ(script->price_of("sim-2"), (Price{1, 0}));
  EXPECT_TRUE(script->hints);
  EXPECT_TRUE(script->raw_log);
}

TEST(MockScript, json_is_read_as_well) {
  auto script =
      parse_script(R"({"rules":[{"when":{"call":{"nth":2}},"fault":{"kind":"hang","at":"middle"}}]})");
  ASSERT_TRUE(script) << script.error();
  EXPECT_EQ(script->rules[0].when.call->from, 2U);
  EXPECT_EQ(script->rules[0].when.call->to, 2U);
  EXPECT_EQ(script->rules[0].fault->at, Fault::At::middle);
}

TEST(MockScript, a_misspelt_key_is_named_with_its_place_and_the_nearest_one) {
  EXPECT_EQ(error_of("seed: 1\ndefault:\n  tokens_per_secnd: 3\n"),
            "line 3, column 3: default.tokens_per_secnd: no such setting (did you mean tokens_per_second?)");
  EXPECT_EQ(error_of("rulez: []"), "line 1, column 1: rulez: no such setting (did you mean rules?)");
}

TEST(MockScript, a_wrong_value_is_named_with_its_place_and_what_would_be_right) {
  EXPECT_EQ(error_of("rules:\n  - fault: { kind: trunkate }"),
            "line 2, column 20: rules[0].fault.kind: \"trunkate\" is not one of refuse, reset, hang, status, "
            "malformed, "
            "truncate, drip, oversized, garbage (did you mean truncate?)");
  EXPECT_EQ(error_of("rules: [ { fault: { kind: refuse, at: middle } } ]"),
            "line 1, column 12: rules[0].fault.at: is no place for refuse; it can be at connect");
  EXPECT_EQ(error_of("default: { output_tokens: 100001 }"),
            "line 1, column 27: default.output_tokens: \"100001\" is not a whole number from 0 to 100000");
  EXPECT_EQ(error_of("prices: { default: { input: -1 } }").substr(0, 45),
            "line 1, column 29: prices.default.input: \"-1\"");
}

TEST(MockScript, what_is_no_yaml_or_the_wrong_shape_is_refused) {
  EXPECT_TRUE(error_of("a: [").starts_with("line 1, column "));
  EXPECT_EQ(error_of("rules: { fault: 1 }"), "line 1, column 1: rules: must be a list");
  EXPECT_EQ(error_of("seed: [1]"), "line 1, column 1: seed: must be a single value");
  EXPECT_EQ(error_of("seed: 1\nseed: 2"), "line 2, column 1: seed: is set twice; remove one");
  EXPECT_NE(error_of("rules: [ { fault: { at: middle } } ]").find("needs a kind"), std::string::npos);
}

}  // namespace
}  // namespace weir::mock
