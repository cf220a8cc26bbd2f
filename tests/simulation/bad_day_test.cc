// What a call goes through when its provider has a bad day: keys, deployments and models that stand in for
// each other, in a world in memory.
#include <gtest/gtest.h>

#include "simulation.h"

namespace weir::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kWhole = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view kStreamed =
    R"({"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]})";

// The model `m` with two deployments, each at a provider of its own, the first one asked first; and `other`,
// which a third one has.
config::Settings two_deployments() {
  config::Settings settings;
  for (auto name : {"first", "second", "third"})
    settings.providers[name].kind = config::ProviderKind::simulated;
  auto& model = settings.models["m"];
  model.deployments = {{"first", "sim-1"}, {"second", "sim-2"}};
  model.strategy = config::Strategy::priority;
  settings.models["other"].deployments = {{"third", "sim-3"}};
  settings.traces.endpoint = *config::BaseUrl::parse("http://localhost/v1/traces");
  return settings;
}

class BadDay : public testing::Test {
 protected:
  // One call, to its end.
  std::unique_ptr<Asking> ask(std::string_view body = kWhole) {
    if (!world) world = std::make_unique<Simulation>(1, settings);
    auto call = world->ask(body);
    EXPECT_TRUE(world->run_until([&] { return call->ended(); }));
    return call;
  }
  Upstream& provider(const std::string& name) {
    if (!world) world = std::make_unique<Simulation>(1, settings);
    return world->provider(name);
  }
  std::uint64_t calls_at(const std::string& name) { return provider(name).mock().ledger().calls; }

  config::Settings settings = two_deployments();
  std::unique_ptr<Simulation> world;
};

TEST_F(BadDay, a_call_whose_deployment_fails_is_answered_by_another_at_once) {
  provider("first").set_script("rules: [ { fault: { kind: status, status: 500 } } ]");
  for (auto body : {kWhole, kStreamed}) {
    auto call = ask(body);
    EXPECT_EQ(call->status(), 200);
    EXPECT_EQ(call->header("x-weir-deployment"), "second/sim-2");
    EXPECT_EQ(call->header("x-weir-attempts"), "2");
  }
  EXPECT_LT(world->elapsed(), seconds(2)) << "nobody waits before somebody else is asked";
}

TEST_F(BadDay, calls_that_fail_together_before_there_is_a_budget_wait_for_each_other) {
  provider("first").set_script("rules: [ { fault: { kind: status, status: 500 } } ]");
  std::vector<std::unique_ptr<Asking>> calls;
  for (int i = 0; i < 15; ++i) calls.push_back(world->ask(kStreamed));
  for (auto& call : calls) {
    EXPECT_TRUE(world->run_until([&] { return call->ended(); }));
    EXPECT_EQ(call->header("x-weir-deployment"), "second/sim-2") << call->header_lines() << call->received();
  }
}

TEST_F(BadDay, nobody_waits_for_the_budget_who_may_ask_another_model) {
  settings.models["m"].fallbacks = {"other"};
  settings.models["m"].retry.budget = {0};
  settings.models["m"].retry.budget_min = 0;
  provider("first").set_script("rules: [ { fault: { kind: status, status: 500 } } ]");
  provider("third").set_script("default: { time_to_first_token: 0ms, tokens_per_second: 0 }");
  EXPECT_EQ(ask()->header("x-weir-deployment"), "third/sim-3");
  EXPECT_LT(world->elapsed(), milliseconds(100));
}

TEST_F(BadDay, what_the_network_does_is_no_end_either) {
  using Kind = IoError::Kind;
  for (auto how : {Kind::refused, Kind::unresolved, Kind::tls, Kind::reset, Kind::timed_out}) {
    provider("first").fail_connecting(how);
    EXPECT_EQ(ask()->header("x-weir-deployment"), "second/sim-2") << runtime::name_of(how);
  }
}

TEST_F(BadDay, a_request_that_is_wrong_is_asked_once) {
  provider("first").set_script("rules: [ { fault: { kind: status, status: 400 } } ]");
  EXPECT_EQ(ask()->status(), 400);
  EXPECT_EQ(calls_at("second"), 0U);
}

TEST_F(BadDay, what_has_begun_is_not_asked_for_again) {
  provider("first").set_script("rules: [ { fault: { kind: truncate, at: middle } } ]");
  auto streamed = ask(kStreamed);
  EXPECT_EQ(streamed->status(), 200);
  EXPECT_NE(streamed->received().find("provider_failed"), std::string::npos);
  EXPECT_EQ(calls_at("second"), 0U);
  // Of a whole answer nothing has gone on yet.
  EXPECT_EQ(ask(kWhole)->header("x-weir-deployment"), "second/sim-2");
}

TEST_F(BadDay, a_breaker_keeps_calls_from_what_fails_until_it_works_again) {
  provider("first").set_script("rules: [ { fault: { kind: status, status: 500 } } ]");
  for (int i = 0; i < 30; ++i) EXPECT_EQ(ask()->status(), 200);
  auto asked = calls_at("first");
  EXPECT_EQ(asked, 10U) << "ten results open it";
  provider("first").set_script("");
  world->run_for(seconds(31));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask()->header("x-weir-deployment"), "first/sim-1");
}

TEST_F(BadDay, another_model_answers_when_no_deployment_does) {
  settings.models["m"].fallbacks = {"other"};
  for (auto name : {"first", "second"})
    provider(name).set_script("rules: [ { fault: { kind: status, status: 503 } } ]");
  auto call = ask();
  EXPECT_EQ(call->status(), 200);
  EXPECT_EQ(call->header("x-weir-deployment"), "third/sim-3");
  EXPECT_EQ(call->header("x-weir-fallback"), "outage; model=other");
}

TEST_F(BadDay, when_nothing_works_the_caller_is_told_so_and_not_to_ask_again_itself) {
  for (auto name : {"first", "second"})
    provider(name).set_script("rules: [ { fault: { kind: status, status: 500 } } ]");
  auto call = ask();
  EXPECT_EQ(call->status(), 502);
  EXPECT_EQ(call->header("x-should-retry"), "false");
  EXPECT_EQ(world->attempts().size(), 3U);
}

TEST_F(BadDay, streams_that_begin_well_and_end_with_an_error_open_the_breaker_too) {
  provider("first").set_script("rules: [ { fault: { kind: status, status: 500, at: middle } } ]");
  auto call = ask(kStreamed);
  EXPECT_EQ(call->header("x-weir-deployment"), "first/sim-1");
  EXPECT_NE(call->received().find("server_error"), std::string::npos) << "it goes on as it came";
  EXPECT_EQ(world->attempts().front().failure, Failure::Kind::provider_failed);
  int more = 0;
  while (ask(kStreamed)->header("x-weir-deployment") == "first/sim-1") ASSERT_LT(++more, 30);
}

TEST_F(BadDay, all_breakers_open_is_said_at_once_with_the_time_until_one_is_tried_again) {
  for (auto name : {"first", "second"})
    provider(name).set_script("rules: [ { fault: { kind: status, status: 500 } } ]");
  while (ask()->status() == 502) {
  }
  auto before = world->elapsed();
  auto call = ask();
  EXPECT_EQ(call->status(), 503);
  EXPECT_NE(call->received().find("no_healthy_deployment"), std::string::npos) << call->received();
  EXPECT_EQ(world->elapsed(), before);
  int wait = std::stoi(call->header("retry-after"));
  EXPECT_GT(wait, 0);
  EXPECT_LE(wait, 30);
}

TEST_F(BadDay, calls_wait_in_the_provider_s_queue_while_it_is_tried_again) {
  settings.models["m"].deployments = {{"first", "sim-1"}};
  settings.models["m"].breaker.probes = 1;
  provider("first").set_script("rules: [ { fault: { kind: status, status: 500 } } ]");
  while (ask()->status() != 503) {
  }
  provider("first").set_script("default: { time_to_first_token: 1s }");
  world->run_for(seconds(31));
  std::vector<std::unique_ptr<Asking>> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(world->ask(kWhole));
  world->run_for(milliseconds(100));
  EXPECT_EQ(calls_at("first"), 11U) << "one is let through, behind the ten that opened the breaker";
  EXPECT_TRUE(world->run_until(
      [&] { return std::ranges::all_of(calls, [](const auto& call) { return call->ended(); }); }));
  for (const auto& call : calls) EXPECT_EQ(call->status(), 200) << call->received();
}

TEST_F(BadDay, a_queue_that_is_full_or_takes_too_long_ends_in_503) {
  settings.models["m"].deployments = {{"first", "sim-1"}};
  settings.models["m"].breaker.probes = 1;
  settings.providers["first"].queue = {.calls = 1, .wait = milliseconds(500)};
  provider("first").set_script("rules: [ { fault: { kind: status, status: 500 } } ]");
  while (ask()->status() != 503) {
  }
  provider("first").set_script("default: { time_to_first_token: 5s }");
  world->run_for(seconds(31));
  auto probe = world->ask(kWhole);
  world->run_for(milliseconds(10));
  auto waits = world->ask(kWhole);
  auto too_many = world->ask(kWhole);
  world->run_for(milliseconds(10));
  EXPECT_EQ(too_many->status(), 503);
  EXPECT_NE(too_many->received().find("\"overloaded\""), std::string::npos) << too_many->received();
  EXPECT_FALSE(waits->ended());
  world->run_for(milliseconds(600));
  EXPECT_EQ(waits->status(), 503);
  EXPECT_TRUE(world->run_until([&] { return probe->ended(); }));
  EXPECT_EQ(probe->status(), 200);
}

TEST_F(BadDay, one_that_says_429_is_left_alone_as_long_as_it_asked) {
  provider("first").set_script(
      "rules: [ { when: { call: { to: 1 } }, fault: { kind: status, status: 429, retry_after: 20s } } ]");
  EXPECT_EQ(ask()->header("x-weir-deployment"), "second/sim-2");
  EXPECT_EQ(ask()->header("x-weir-deployment"), "second/sim-2");
  EXPECT_EQ(calls_at("first"), 1U);
  world->run_for(seconds(20));
  EXPECT_EQ(ask()->header("x-weir-deployment"), "first/sim-1");
}

TEST_F(BadDay, the_only_one_that_says_429_for_long_is_quoted_and_for_short_is_waited_for) {
  settings.models["m"].deployments = {{"first", "sim-1"}};
  constexpr std::string_view kOnce =
      "rules: [ {{ when: {{ call: {{ to: 1 }} }}, fault: {{ kind: status, status: 429, retry_after: {} }} }} "
      "]";
  provider("first").set_script(fmt::format(kOnce, "20s"));
  auto refused = ask();
  EXPECT_EQ(refused->status(), 429);
  EXPECT_EQ(refused->header("retry-after"), "20");
  world->run_for(seconds(30));
  provider("first").set_script(fmt::format(kOnce, "2s"));
  auto before = world->elapsed();
  EXPECT_EQ(ask()->status(), 200);
  EXPECT_GE(world->elapsed() - before, seconds(2));
}

// ---- When nobody answers

constexpr std::string_view kCold =
    R"({"model":"m","temperature":0,"messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view kDown = "rules: [ { fault: { kind: status, status: 500 } } ]";

TEST_F(BadDay, an_expired_answer_is_better_than_none) {
  settings.cache.ttl = seconds(10);
  auto fresh = ask(kCold);
  world->run_for(seconds(15));
  for (auto name : {"first", "second"}) provider(name).set_script(kDown);
  auto stale = ask(kCold);
  EXPECT_EQ(stale->status(), 200);
  EXPECT_EQ(stale->received(), fresh->received());
  EXPECT_EQ(stale->header("x-weir-fallback"), "stale");
  EXPECT_TRUE(stale->header("cache-status").starts_with("weir; hit; ttl=-"));
  EXPECT_TRUE(stale->header("cache-status").ends_with("; detail=stale-if-error"));
  EXPECT_EQ(world->calls().back().cache, CacheResult::stale);
  world->run_for(std::chrono::hours(1));
  EXPECT_EQ(ask(kCold)->status(), 502) << "not for ever";
}

TEST_F(BadDay, a_critical_path_has_a_text_of_its_own_in_the_caller_s_form) {
  settings.models["m"].canned = "Please call us.";
  for (auto name : {"first", "second"}) provider(name).set_script(kDown);
  auto whole = ask(kWhole);
  EXPECT_EQ(whole->status(), 200);
  EXPECT_EQ(whole->header("x-weir-fallback"), "canned");
  EXPECT_NE(whole->received().find(R"("content":"Please call us.")"), std::string::npos);
  auto streamed = ask(kStreamed);
  EXPECT_EQ(streamed->header("content-type"), "text/event-stream; charset=utf-8");
  EXPECT_TRUE(streamed->received().ends_with("data: [DONE]\n\n"));
}

TEST_F(BadDay, a_prompt_that_is_too_long_goes_to_the_model_for_long_ones_only) {
  settings.models["m"].context_window_fallbacks = {"other"};
  constexpr std::string_view kTooLong =
      "rules: [ { when: { contains: long }, fault: { kind: status, status: 400, "
      "message: \"This model's maximum context length is 8192 tokens.\" } } ]";
  provider("first").set_script(kTooLong);
  auto answered = ask(R"({"model":"m","messages":[{"role":"user","content":"long"}]})");
  EXPECT_EQ(answered->status(), 200) << answered->received();
  EXPECT_EQ(answered->header("x-weir-fallback"), "context_window; model=other");
  EXPECT_EQ(calls_at("second"), 0U) << "it is as short there";
}

TEST_F(BadDay, a_fallback_s_answer_is_kept_under_the_model_that_made_it) {
  settings.models["m"].fallbacks = {"other"};
  for (auto name : {"first", "second"}) provider(name).set_script(kDown);
  EXPECT_EQ(ask(kCold)->header("x-weir-deployment"), "third/sim-3");
  std::string same(kCold);
  same.replace(same.find("\"m\""), 3, "\"other\"");
  EXPECT_TRUE(ask(same)->header("cache-status").starts_with("weir; hit"));
  for (auto name : {"first", "second"}) provider(name).set_script("");
  world->run_for(seconds(31));
  EXPECT_EQ(ask(kCold)->header("x-weir-deployment"), "first/sim-1") << "the model itself has none";
}

// ---- When weir is loaded

TEST_F(BadDay, at_the_level_cheaper_the_cheaper_model_is_asked_and_its_answers_are_its_own) {
  settings.models["m"].cheaper = "other";
  ask(kWhole);
  world->levels().set_by_hand(load::Level::cheaper);
  auto cheap = ask(kCold);
  EXPECT_EQ(cheap->header("x-weir-deployment"), "third/sim-3");
  EXPECT_EQ(cheap->header("x-weir-fallback"), "cheaper; model=other");
  world->levels().set_by_hand(std::nullopt);
  EXPECT_EQ(ask(kCold)->header("x-weir-deployment"), "first/sim-1");
}

TEST_F(BadDay, at_the_level_cache_only_nobody_is_asked) {
  settings.cache.ttl = seconds(10);
  ask(kCold);
  world->levels().set_by_hand(load::Level::cache_only);
  EXPECT_TRUE(ask(kCold)->header("cache-status").starts_with("weir; hit; ttl=1"));
  world->run_for(seconds(15));
  EXPECT_TRUE(ask(kCold)->header("cache-status").starts_with("weir; hit; ttl=-"));
  auto refused = ask(kWhole);
  EXPECT_EQ(refused->status(), 503);
  EXPECT_EQ(refused->header("retry-after"), "10");
  EXPECT_EQ(calls_at("first"), 1U);
}

// ---- When an answer is late

TEST_F(BadDay, a_late_call_is_asked_for_elsewhere_too_and_the_first_answer_counts) {
  settings.models["m"].hedge = {.enabled = true, .spending = {0.5}, .least = milliseconds(100)};
  for (int i = 0; i < 30; ++i) ask();
  provider("first").set_script("default: { time_to_first_token: 20s }");
  for (auto body : {kStreamed, kWhole}) {
    auto before = world->elapsed();
    auto call = ask(body);
    EXPECT_EQ(call->header("x-weir-deployment"), "second/sim-2");
    EXPECT_EQ(call->header("x-weir-attempts"), "2");
    EXPECT_LT(world->elapsed() - before, seconds(3));
  }
  world->run_for(seconds(1));
  EXPECT_EQ(provider("first").mock().ledger().cancelled, 2U) << "who lost was told so";
  EXPECT_EQ(world->calls().back().failure, std::nullopt);
}

TEST_F(BadDay, hedges_are_within_their_spending_and_off_unless_they_are_wanted) {
  settings.models["m"].hedge = {.enabled = true, .spending = {0.1}, .least = milliseconds(100)};
  for (int i = 0; i < 20; ++i) ask();
  provider("first").set_script("default: { time_to_first_token: 5s }");
  for (int i = 0; i < 20; ++i) ask();
  EXPECT_LE(calls_at("second"), 4U) << "a tenth of forty calls";
  EXPECT_GE(calls_at("second"), 1U);
}

}  // namespace
}  // namespace weir::simulation
