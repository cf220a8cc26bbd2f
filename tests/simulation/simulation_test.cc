#include "simulation.h"

#include <gtest/gtest.h>

namespace weir::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kWhole = R"({"model":"sim-1","messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view kStreamed =
    R"({"model":"sim-1","stream":true,"messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view kClaude =
    R"({"model":"sim-1","stream":true,"max_tokens":100,"messages":[{"role":"user","content":"hi"}]})";

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

TEST(SimulatedCall, the_same_seed_gives_the_same_bytes_at_the_same_time) {
  auto play = [] {
    Simulation world(7);
    auto call = world.ask(kStreamed);
    EXPECT_TRUE(world.run_until([&] { return call->ended(); }));
    return std::make_tuple(call->status(), call->received(), call->header_lines(), world.elapsed());
  };
  auto first = play();
  EXPECT_EQ(std::get<0>(first), 200);
  EXPECT_EQ(first, play());
}

TEST(SimulatedCall, a_stream_arrives_in_pieces_as_time_goes_by) {
  Simulation world(1, "default: { time_to_first_token: 20ms, tokens_per_second: 100, output_tokens: 50 }");
  auto call = world.ask(kStreamed);
  world.run_for(milliseconds(200));
  std::size_t early = call->received().size();
  EXPECT_GT(early, 0U);
  EXPECT_FALSE(call->ended());
  EXPECT_TRUE(world.run_until([&] { return call->ended(); }));
  EXPECT_GT(call->received().size(), 2 * early);
  EXPECT_TRUE(call->whole());
  EXPECT_TRUE(call->received().ends_with("data: [DONE]\n\n"));
  EXPECT_GT(world.elapsed(), milliseconds(400));
}

TEST(SimulatedCall, a_client_that_leaves_ends_the_upstream_call_at_once) {
  Simulation world(1, "default: { time_to_first_token: 20ms, tokens_per_second: 10, output_tokens: 1000 }");
  auto call = world.ask(kStreamed);
  world.run_for(seconds(2));
  EXPECT_EQ(world.upstream_connections(), 1U);
  call->leave();
  world.run_for(milliseconds(1));
  EXPECT_EQ(world.upstream_connections(), 0U);
  EXPECT_EQ(world.upstream().ledger().cancelled, 1U);
  EXPECT_EQ(world.open_sessions(), 0U);
}

TEST(SimulatedCall, a_silent_stream_is_kept_alive_with_a_ping_every_ten_seconds) {
  Simulation world(1, "default: { time_to_first_token: 35s, tokens_per_second: 0, output_tokens: 5 }");
  auto openai = world.ask(kStreamed);
  auto anthropic = world.ask(kClaude, "/v1/messages");
  EXPECT_TRUE(world.run_until([&] { return openai->ended() && anthropic->ended(); }));
  EXPECT_EQ(count(openai->received(), ": ping\n\n"), 3U);
  EXPECT_EQ(openai->received().find(": ping\n\n"), 0U);
  EXPECT_TRUE(openai->received().ends_with("data: [DONE]\n\n"));
  EXPECT_GE(count(anthropic->received(), "event: ping\n"), 3U);
  EXPECT_TRUE(anthropic->whole());
}

TEST(SimulatedCall, a_provider_that_hangs_is_asked_again_until_the_call_s_deadline) {
  Simulation world(1, "rules: [ { fault: { kind: hang, at: before_head } } ]");
  auto call = world.ask(kWhole);
  EXPECT_TRUE(world.run_until([&] { return call->ended(); }));
  EXPECT_EQ(call->status(), 504);
  EXPECT_NE(call->received().find("\"code\":\"provider_timeout\""), std::string::npos) << call->received();
  EXPECT_GE(world.elapsed(), seconds(300));
  EXPECT_LT(world.elapsed(), seconds(301));
  EXPECT_EQ(world.attempts().size(), 3U);
  EXPECT_EQ(world.upstream_connections(), 0U);
}

TEST(SimulatedCall, a_stream_that_breaks_off_ends_with_an_error_event_in_the_callers_dialect) {
  Simulation world(1, "rules: [ { fault: { kind: truncate, at: middle } } ]");
  auto openai = world.ask(kStreamed);
  auto anthropic = world.ask(kClaude, "/v1/messages");
  EXPECT_TRUE(world.run_until([&] { return openai->ended() && anthropic->ended(); }));
  EXPECT_EQ(openai->status(), 200);
  EXPECT_TRUE(openai->whole()) << "the connection itself ends properly";
  auto last_event = [](const std::string& received) {
    return received.substr(received.rfind("\n\n", received.size() - 3) + 2);
  };
  EXPECT_TRUE(last_event(openai->received()).starts_with("data: {\"error\":{")) << openai->received();
  EXPECT_TRUE(last_event(anthropic->received()).starts_with("event: error\ndata: {\"type\":\"error\""))
      << anthropic->received();
}

TEST(SimulatedCall, a_provider_that_is_slow_between_events_ends_the_stream_with_an_error_event) {
  Simulation world(1, "rules: [ { fault: { kind: hang, at: middle } } ]");
  auto call = world.ask(kStreamed);
  EXPECT_TRUE(world.run_until([&] { return call->ended(); }));
  EXPECT_NE(call->received().find("\"code\":\"provider_timeout\""), std::string::npos);
  EXPECT_GE(count(call->received(), ": ping\n\n"), 5U);
  EXPECT_LT(world.elapsed(), seconds(62));
}

TEST(SimulatedDrain, running_streams_finish_and_new_calls_are_refused) {
  Simulation world(1, "default: { time_to_first_token: 20ms, tokens_per_second: 10, output_tokens: 50 }");
  auto running = world.ask(kStreamed);
  world.run_for(seconds(1));
  world.lifecycle().enter(telemetry::Lifecycle::Stage::draining);
  TaskGroup draining(world.loop());
  draining.spawn(world.sessions().finish_calls(seconds(30)));
  auto late = world.ask(kWhole);
  EXPECT_TRUE(world.run_until([&] { return late->ended(); }));
  EXPECT_EQ(late->status(), 503);
  EXPECT_NE(late->header_lines().find("connection: close"), std::string::npos);
  EXPECT_TRUE(world.run_until([&] { return draining.size() == 0; }));
  EXPECT_TRUE(running->received().ends_with("data: [DONE]\n\n"));
}

TEST(SimulatedDrain, a_stream_that_is_longer_than_the_drain_gets_a_last_event) {
  Simulation world(1, "default: { time_to_first_token: 20ms, tokens_per_second: 10, output_tokens: 5000 }");
  auto running = world.ask(kStreamed);
  world.run_for(seconds(1));
  world.lifecycle().enter(telemetry::Lifecycle::Stage::draining);
  TaskGroup draining(world.loop());
  draining.spawn(world.sessions().finish_calls(seconds(3)));
  EXPECT_TRUE(world.run_until([&] { return draining.size() == 0; }));
  draining.spawn(world.sessions().end());
  EXPECT_TRUE(world.run_until([&] { return running->ended(); }));
  EXPECT_TRUE(running->whole());
  EXPECT_NE(running->received().find("\"code\":\"draining\""), std::string::npos) << running->received();
}

TEST(SimulatedReload, a_call_ends_under_the_configuration_it_began_under) {
  Simulation world(1, "default: { time_to_first_token: 1s, tokens_per_second: 0, output_tokens: 5 }");
  auto before = world.ask(kWhole);
  world.run_for(milliseconds(10));
  auto settings = world.settings();
  settings.models["sim-1"].deployments = {{"simulated", "sim-2", 1}};
  world.apply(settings);
  auto after = world.ask(kWhole);
  EXPECT_TRUE(world.run_until([&] { return before->ended() && after->ended(); }));
  EXPECT_NE(before->header_lines().find("x-weir-deployment: simulated/sim-1\n"), std::string::npos);
  EXPECT_NE(after->header_lines().find("x-weir-deployment: simulated/sim-2\n"), std::string::npos);
}

TEST(SimulatedReload, nobody_joins_a_flight_or_gets_an_answer_of_where_the_model_no_longer_points) {
  constexpr std::string_view kCacheable = "x-weir-cache: on\r\n";
  Simulation world(1, "default: { time_to_first_token: 1s, tokens_per_second: 0, output_tokens: 5 }");
  auto old = world.settings();
  auto first = world.ask(kWhole, "/v1/chat/completions", kCacheable);
  world.run_for(milliseconds(10));
  auto settings = old;
  settings.models["sim-1"].deployments = {{"simulated", "sim-2", 1}};
  world.apply(settings);
  auto second = world.ask(kWhole, "/v1/chat/completions", kCacheable);
  EXPECT_TRUE(world.run_until([&] { return first->ended() && second->ended(); }));
  EXPECT_EQ(world.upstream().ledger().calls, 2U);

  auto third = world.ask(kWhole, "/v1/chat/completions", kCacheable);
  EXPECT_TRUE(world.run_until([&] { return third->ended(); }));
  EXPECT_NE(third->header_lines().find("x-weir-deployment: simulated/sim-2\n"), std::string::npos);
  EXPECT_EQ(world.upstream().ledger().calls, 2U) << "it was kept";

  world.apply(old);
  auto fourth = world.ask(kWhole, "/v1/chat/completions", kCacheable);
  EXPECT_TRUE(world.run_until([&] { return fourth->ended(); }));
  EXPECT_NE(fourth->header_lines().find("x-weir-deployment: simulated/sim-1\n"), std::string::npos);
}

}  // namespace
}  // namespace weir::simulation
