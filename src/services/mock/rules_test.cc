#include "mock/rules.h"

#include <gtest/gtest.h>

namespace weir::mock {
namespace {

Script parsed(std::string_view yaml) { return parse_script(yaml).value(); }

TEST(MockRules, the_first_match_wins) {
  auto script = parsed(R"(
rules:
  - { when: { model: "gpt-*" }, output_tokens: 1 }
  - { when: { path: /v1/messages }, output_tokens: 2 }
  - { when: { contains: hello }, output_tokens: 3 }
)");
  auto tokens = [&](std::string_view model, std::string_view path, std::string_view text) {
    return plan_call(script, {1, model, path, text})->behaviour.output_tokens;
  };
  EXPECT_EQ(tokens("gpt-4o", "/v1/messages", "hello"), 1U);
  EXPECT_EQ(tokens("sim-1", "/v1/messages", "hello"), 2U);
  EXPECT_EQ(tokens("sim-1", "/v1/responses", "oh, hello you"), 3U);
  EXPECT_EQ(tokens("sim-1", "/v1/responses", "bye"), 50U);
}

TEST(MockRules, a_range_of_calls_fails_and_no_other) {
  auto script = parsed("rules: [ { when: { call: { from: 3, to: 5 } }, fault: { kind: status } } ]");
  std::string failed;
  for (std::uint64_t call = 1; call <= 7; ++call) {
    failed += plan_call(script, {call, "m", "/p", ""})->fault ? '1' : '0';
  }
  EXPECT_EQ(failed, "0011100");
}

TEST(MockRules, a_share_of_calls_is_about_that_share_and_the_same_every_time) {
  auto script = parsed("rules: [ { when: { share: 20% }, fault: { kind: status } } ]");
  auto chosen = [&] {
    std::vector<std::uint64_t> calls;
    for (std::uint64_t call = 1; call <= 10'000; ++call) {
      if (plan_call(script, {call, "m", "/p", ""})->fault) calls.push_back(call);
    }
    return calls;
  };
  auto first = chosen();
  EXPECT_GT(first.size(), 1800U);
  EXPECT_LT(first.size(), 2200U);
  EXPECT_EQ(first, chosen());
}

TEST(MockRules, a_prompt_scripts_itself_only_where_hints_are_allowed) {
  std::string_view prompt = "say hi [[ttft=50ms tokens=20 tps=3 fault=truncate at=end]] please";
  auto plan = plan_call(parsed("hints: true"), {1, "m", "/p", prompt});
  ASSERT_TRUE(plan) << plan.error();
  EXPECT_EQ(plan->behaviour, (Behaviour{std::chrono::milliseconds(50), 3, 20, 1}));
  EXPECT_EQ(plan->fault->kind, Fault::Kind::truncate);
  EXPECT_EQ(plan->fault->at, Fault::At::end);
  EXPECT_EQ(plan_call(parsed("hints: false"), {1, "m", "/p", prompt})->behaviour, Behaviour{});
}

TEST(MockRules, a_hint_that_makes_no_sense_is_refused_and_other_brackets_are_text) {
  auto script = parsed("hints: true");
  EXPECT_EQ(plan_call(script, {1, "m", "/p", "[[tokens=many]]"}).error(),
            "tokens: \"many\" is not a whole number from 0 to 100000");
  EXPECT_EQ(plan_call(script, {1, "m", "/p", "[[speed=3]]"}).error(), "no such hint: speed");
  EXPECT_TRUE(plan_call(script, {1, "m", "/p", "the matrix [[1, 2], [3, 4]]"}));
}

TEST(MockRules, only_rules_that_need_no_request_hold_for_a_connection) {
  auto script = parsed(R"(
rules:
  - { when: { model: other }, fault: { kind: refuse } }
  - { when: { call: { nth: 2 } }, fault: { kind: reset, at: connect } }
)");
  EXPECT_FALSE(fault_at_connect(script, 1));
  EXPECT_EQ(fault_at_connect(script, 2)->kind, Fault::Kind::reset);
}

}  // namespace
}  // namespace weir::mock
