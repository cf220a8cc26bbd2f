#include "mock/service.h"

#include "mock/testing_world.h"

namespace weir::mock {
namespace {

using nlohmann::json;

constexpr std::string_view kChat = "/v1/chat/completions";
constexpr std::string_view kBody = R"({"model":"m","messages":[{"role":"user","content":"secret prompt"}]})";

TEST(MockService, lists_models_in_the_shape_of_whoever_asks) {
  World world(std::string(kAtOnce) + "prices: { gpt-x: { input: 1, output: 1 } }");
  auto openai = world.get("/v1/models").json();
  EXPECT_EQ(openai["object"], "list");
  ASSERT_EQ(openai["data"].size(), 2U);
  EXPECT_EQ(openai["data"][0]["id"], "sim-1");
  auto anthropic = world.get("/v1/models", "anthropic-version: 2023-06-01\r\n").json();
  EXPECT_EQ(anthropic["last_id"], "gpt-x");
  EXPECT_EQ(anthropic["data"][0]["type"], "model");
  EXPECT_EQ(world.get("/v1/models/any").json()["id"], "any");
}

TEST(MockService, knows_no_other_paths) {
  World world;
  EXPECT_EQ(world.get("/v2/x").status, 404);
  EXPECT_EQ(world.get(kChat).status, 405);
  EXPECT_EQ(world.get("/_mock/nothing").status, 404);
  EXPECT_EQ(world.mock.ledger().calls, 0U);
}

TEST(MockService, answers_one_call_after_the_other_on_a_connection) {
  World world;
  auto call = World::request("POST", kChat, kBody);
  auto got = world.raw_answer(call + call + call);
  std::size_t answers = 0;
  for (auto at = got.find("HTTP/1.1 200 OK"); at != std::string::npos; at = got.find("HTTP/1.1 200", at + 1))
    ++answers;
  EXPECT_EQ(answers, 3U);
  EXPECT_EQ(world.mock.ledger().completed, 3U);
}

TEST(MockService, refuses_what_is_no_http) {
  World world;
  std::string end;
  auto got = world.raw_answer("what is this\r\n\r\n", &end);
  EXPECT_TRUE(got.starts_with("HTTP/1.1 400 Bad Request\r\n")) << got;
  EXPECT_EQ(end, "end");
}

TEST(MockService, takes_another_script_and_counts_calls_anew_for_it) {
  World world;
  world.ask(kChat, kBody);
  auto taken = world.ask("/_mock/script",
                         R"({"rules":[{"when":{"call":{"nth":1}},"fault":{"kind":"status","status":503}}]})");
  EXPECT_EQ(taken.status, 200);
  EXPECT_EQ(world.ask(kChat, kBody).status, 503);
  EXPECT_EQ(world.mock.ledger().calls, 2U);
  auto refused = world.ask("/_mock/script", "rulez: 1");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.json()["error"]["message"],
            "line 1, column 1: rulez: no such setting (did you mean rules?)");
}

TEST(MockService, a_prompt_may_script_itself_where_the_script_lets_it) {
  World world(std::string(kAtOnce) + "hints: true");
  auto hinted = world.ask(kChat, R"({"model":"m","messages":[{"role":"user","content":"hi [[tokens=2]]"}]})");
  EXPECT_EQ(hinted.json()["usage"]["completion_tokens"], 2);
  auto wrong = world.ask(kChat, R"({"model":"m","messages":[{"role":"user","content":"hi [[tokens=x]]"}]})");
  EXPECT_EQ(wrong.status, 400);
}

TEST(MockService, shows_what_reached_it_but_no_prompt_and_no_key) {
  World world;
  world.ask(kChat, kBody, "Authorization: Bearer sk-secret\r\n");
  auto calls = world.get("/_mock/calls");
  auto call = calls.json()["data"][0];
  EXPECT_EQ(call["path"], kChat);
  EXPECT_EQ(call["model"], "m");
  EXPECT_EQ(call["status"], 200);
  EXPECT_EQ(call["ended"], "completed");
  EXPECT_EQ(call["body_bytes"], kBody.size());
  EXPECT_EQ(call["headers"], json({"host", "content-type", "authorization", "content-length"}));
  EXPECT_EQ(calls.body.find("secret"), std::string::npos);
}

TEST(MockService, keeps_the_latest_thousand_calls) {
  World world;
  for (int i = 0; i < 1005; ++i) world.ask(kChat, kBody);
  auto calls = world.get("/_mock/calls").json()["data"];
  ASSERT_EQ(calls.size(), 1000U);
  EXPECT_EQ(calls.front()["number"], 6);
}

TEST(MockService, keeps_bytes_only_where_the_script_asks_for_them) {
  World quiet;
  quiet.ask(kChat, kBody);
  EXPECT_EQ(quiet.get("/_mock/raw").body, "");
  World world(std::string(kAtOnce) + "raw_log: true");
  world.ask(kChat, kBody);
  auto line = world.get("/_mock/raw").json();
  EXPECT_EQ(line["ended"], "completed");
  EXPECT_FALSE(line["request_base64"].get<std::string>().empty());
  EXPECT_FALSE(line["answer_base64"].get<std::string>().empty());
}

TEST(MockService, reset_empties_everything) {
  World world(std::string(kAtOnce) + "raw_log: true");
  world.ask(kChat, kBody);
  EXPECT_EQ(world.ask("/_mock/reset", "").status, 200);
  EXPECT_EQ(world.mock.ledger(), Ledger{});
  EXPECT_EQ(world.get("/_mock/calls").json()["data"], json::array());
  EXPECT_EQ(world.get("/_mock/raw").body, "");
}

TEST(MockService, a_call_from_before_a_reset_counts_nowhere) {
  World world("default: { time_to_first_token: 1s }");
  auto later = [](World& in) -> Task<void> {
    co_await runtime::pause(in.loop, std::chrono::milliseconds(500));
    in.mock.reset();
  };
  TaskGroup tasks(world.loop);
  tasks.spawn(later(world));
  EXPECT_EQ(world.ask(kChat, kBody).status, 200);
  EXPECT_EQ(world.mock.ledger(), Ledger{});
}

TEST(MockService, a_reader_that_is_slow_holds_a_long_answer_back) {
  World world("default: { time_to_first_token: 0ms, tokens_per_second: 0, output_tokens: 100000 }");
  Socket socket = world.connect();
  auto write = [](Socket& to, std::string text) -> Task<void> {
    co_await to.write({text}, {TimePoint::max()});
  };
  TaskGroup tasks(world.loop);
  tasks.spawn(write(
      socket, World::request("POST", kChat,
                             R"({"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]})")));
  world.run_for(std::chrono::seconds(5));
  EXPECT_EQ(world.mock.ledger().calls, 1U);
  EXPECT_EQ(world.mock.ledger().completed, 0U) << "it waits for its reader";
  EXPECT_EQ(world.served.size(), 1U);
}

}  // namespace
}  // namespace weir::mock
