#include "mock/testing_world.h"

namespace weir::mock {
namespace {

using nlohmann::json;

constexpr std::string_view kPath = "/v1/chat/completions";

std::string chat(std::string_view fields, std::string_view prompt = "hello there") {
  return fmt::format(R"({{"model":"gpt-4o-mini",{}"messages":[{{"role":"system","content":"be kind"}},)"
                     R"({{"role":"user","content":[{{"type":"text","text":"{}"}}]}}]}})",
                     fields, prompt);
}

constexpr std::string_view kTool =
    R"("tools":[{"type":"function","function":{"name":"get_weather","parameters":
  {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}],)";

TEST(ChatAnswer, is_a_completion_with_usage_of_the_model_asked_for) {
  World world;
  auto reply = world.ask(kPath, chat(""));
  ASSERT_EQ(reply.status, 200);
  auto body = reply.json();
  EXPECT_EQ(body["object"], "chat.completion");
  EXPECT_EQ(body["model"], "gpt-4o-mini");
  EXPECT_EQ(body["choices"][0]["message"]["role"], "assistant");
  EXPECT_EQ(body["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(body["usage"]["prompt_tokens"], 4);
  EXPECT_EQ(body["usage"]["completion_tokens"], 5);
  EXPECT_EQ(body["usage"]["total_tokens"], 9);
  EXPECT_TRUE(reply.headers["x-request-id"].starts_with("req_"));
  EXPECT_EQ(reply.headers["content-type"], "application/json");
}

TEST(ChatAnswer, depends_on_the_seed_and_the_prompt_alone) {
  World world;
  World other("seed: 2\ndefault: { time_to_first_token: 0ms, tokens_per_second: 0, output_tokens: 5 }");
  EXPECT_EQ(world.ask(kPath, chat("")).body, world.ask(kPath, chat("")).body);
  EXPECT_NE(world.ask(kPath, chat("")).body, world.ask(kPath, chat("", "hello you")).body);
  EXPECT_NE(world.ask(kPath, chat("")).body, other.ask(kPath, chat("")).body);
}

TEST(ChatAnswer, is_cut_by_the_requests_limit) {
  World world;
  for (std::string_view name : {"max_tokens", "max_completion_tokens"}) {
    auto body = world.ask(kPath, chat(fmt::format("\"{}\":2,", name))).json();
    EXPECT_EQ(body["choices"][0]["finish_reason"], "length") << name;
    EXPECT_EQ(body["usage"]["completion_tokens"], 2) << name;
  }
}

TEST(ChatAnswer, repeats_what_it_is_told_to_repeat) {
  World world;
  auto body = world.ask(kPath, chat("", "repeat after me: the weir is open")).json();
  EXPECT_EQ(body["choices"][0]["message"]["content"], "the weir is open");
}

TEST(ChatAnswer, has_as_many_choices_as_asked_for) {
  World world;
  auto body = world.ask(kPath, chat("\"n\":3,")).json();
  ASSERT_EQ(body["choices"].size(), 3U);
  EXPECT_EQ(body["choices"][2]["index"], 2);
  EXPECT_NE(body["choices"][0]["message"], body["choices"][1]["message"]);
  EXPECT_EQ(body["usage"]["completion_tokens"], 15);
}

TEST(ChatAnswer, calls_a_tool_when_one_is_required_named_or_asked_for) {
  World world;
  for (std::string_view choice :
       {R"("tool_choice":"required",)",
        R"("tool_choice":{"type":"function","function":{"name":"get_weather"}},)"}) {
    auto body = world.ask(kPath, chat(std::string(kTool) + std::string(choice))).json();
    auto message = body["choices"][0]["message"];
    EXPECT_EQ(body["choices"][0]["finish_reason"], "tool_calls");
    EXPECT_EQ(message["content"], nullptr);
    EXPECT_EQ(message["tool_calls"][0]["function"]["name"], "get_weather");
    auto arguments = json::parse(message["tool_calls"][0]["function"]["arguments"].get<std::string>());
    EXPECT_EQ(arguments, json({{"city", "clear water"}}));
  }
  EXPECT_TRUE(world.ask(kPath, chat(kTool, "please call the tool"))
                  .json()["choices"][0]["message"]
                  .contains("tool_calls"));
  EXPECT_FALSE(world.ask(kPath, chat(kTool)).json()["choices"][0]["message"].contains("tool_calls"));
}

TEST(ChatAnswer, fits_a_schema_where_the_request_has_one) {
  World world;
  auto body =
      world
          .ask(kPath, chat(R"("response_format":{"type":"json_schema","json_schema":{"name":"x","schema":
    {"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}}},)"))
          .json();
  EXPECT_EQ(json::parse(body["choices"][0]["message"]["content"].get<std::string>()), json({{"ok", true}}));
}

TEST(ChatStream, says_the_same_as_the_whole_answer) {
  World world;
  auto whole = world.ask(kPath, chat("")).json();
  auto reply = world.ask(kPath, chat("\"stream\":true,"));
  EXPECT_EQ(reply.headers["content-type"], "text/event-stream; charset=utf-8");
  auto events = reply.events();
  ASSERT_EQ(events.size(), 8U) << "role, five words, finish, done";
  auto first = json::parse(events.front().data);
  EXPECT_EQ(first["object"], "chat.completion.chunk");
  EXPECT_EQ(first["id"], whole["id"]);
  EXPECT_EQ(first["choices"][0]["delta"]["role"], "assistant");
  EXPECT_EQ(json(joined(events, "/choices/0/delta/content")), whole["choices"][0]["message"]["content"]);
  EXPECT_EQ(json::parse(events[6].data)["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(json::parse(events[6].data)["choices"][0]["delta"], json::object());
  EXPECT_EQ(events.back().data, "[DONE]");
}

TEST(ChatStream, ends_with_the_usage_where_it_is_asked_for) {
  World world;
  auto events = world.ask(kPath, chat(R"("stream":true,"stream_options":{"include_usage":true},)")).events();
  EXPECT_EQ(json::parse(events.front().data)["usage"], nullptr);
  auto last = json::parse(events[events.size() - 2].data);
  EXPECT_EQ(last["choices"], json::array());
  EXPECT_EQ(last["usage"]["completion_tokens"], 5);
}

TEST(ChatStream, of_a_tool_call_gives_its_arguments_in_pieces) {
  World world;
  auto body = chat(std::string(kTool) + R"("stream":true,"tool_choice":"required",)");
  auto events = world.ask(kPath, body).events();
  EXPECT_EQ(joined(events, "/choices/0/delta/tool_calls/0/function/name"), "get_weather");
  EXPECT_EQ(json::parse(joined(events, "/choices/0/delta/tool_calls/0/function/arguments")),
            json({{"city", "clear water"}}));
  EXPECT_EQ(joined(events, "/choices/0/finish_reason"), "tool_calls");
}

TEST(ChatStream, comes_at_the_scripts_pace) {
  World world("default: { time_to_first_token: 30ms, tokens_per_second: 10, output_tokens: 5 }");
  auto streamed = world.ask(kPath, chat("\"stream\":true,"));
  EXPECT_GE(streamed.took, std::chrono::milliseconds(430));
  EXPECT_LT(streamed.took, std::chrono::milliseconds(440));
  auto whole = world.ask(kPath, chat(""));
  EXPECT_GE(whole.took, std::chrono::milliseconds(430));
  EXPECT_LT(whole.took, std::chrono::milliseconds(440));
}

TEST(ChatRefusal, is_in_openais_shape) {
  World world;
  auto no_json = world.ask(kPath, "{");
  EXPECT_EQ(no_json.status, 400);
  EXPECT_EQ(no_json.json()["error"]["type"], "invalid_request_error");
  auto no_messages = world.ask(kPath, R"({"model":"m"})");
  EXPECT_EQ(no_messages.status, 400);
  EXPECT_EQ(no_messages.json()["error"]["param"], "messages");
}

TEST(CompletionAnswer, whole_and_streamed_say_the_same) {
  World world;
  auto whole = world.ask("/v1/completions", R"({"model":"m","prompt":"hi you"})").json();
  EXPECT_EQ(whole["object"], "text_completion");
  EXPECT_EQ(whole["usage"]["prompt_tokens"], 2);
  auto events = world.ask("/v1/completions", R"({"model":"m","prompt":"hi you","stream":true})").events();
  EXPECT_EQ(json(joined(events, "/choices/0/text")), whole["choices"][0]["text"]);
  EXPECT_EQ(events.back().data, "[DONE]");
}

}  // namespace
}  // namespace weir::mock
