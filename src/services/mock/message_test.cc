#include "mock/testing_world.h"

namespace weir::mock {
namespace {

using nlohmann::json;

constexpr std::string_view kPath = "/v1/messages";
constexpr std::string_view kTool =
    R"("tools":[{"name":"f","input_schema":
  {"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}],"tool_choice":{"type":"any"},)";

std::string ask_for(std::string_view fields, int most = 100) {
  return fmt::format(
      R"({{"model":"claude-x","max_tokens":{},{}"system":[{{"type":"text","text":"be kind"}}],)"
      R"("messages":[{{"role":"user","content":"hello there"}}]}})",
      most, fields);
}

TEST(MessageAnswer, is_a_message_with_usage) {
  World world;
  auto reply = world.ask(kPath, ask_for(""));
  auto body = reply.json();
  EXPECT_EQ(body["type"], "message");
  EXPECT_EQ(body["model"], "claude-x");
  EXPECT_EQ(body["content"][0]["type"], "text");
  EXPECT_EQ(body["stop_reason"], "end_turn");
  EXPECT_EQ(body["usage"]["input_tokens"], 4);
  EXPECT_EQ(body["usage"]["output_tokens"], 5);
  EXPECT_TRUE(reply.headers["request-id"].starts_with("req_"));
}

TEST(MessageAnswer, says_what_the_same_prompt_gets_in_the_other_dialect) {
  World world;
  auto message = world.ask(kPath, ask_for("")).json();
  auto chat = world
                  .ask("/v1/chat/completions",
                       R"({"model":"m","messages":[{"role":"system","content":"be kind"},
                                 {"role":"user","content":"hello there"}]})")
                  .json();
  EXPECT_EQ(message["content"][0]["text"], chat["choices"][0]["message"]["content"]);
}

TEST(MessageAnswer, is_cut_at_max_tokens) {
  World world;
  auto body = world.ask(kPath, ask_for("", 2)).json();
  EXPECT_EQ(body["stop_reason"], "max_tokens");
  EXPECT_EQ(body["usage"]["output_tokens"], 2);
}

TEST(MessageAnswer, uses_a_tool) {
  World world;
  auto body = world.ask(kPath, ask_for(kTool)).json();
  EXPECT_EQ(body["stop_reason"], "tool_use");
  EXPECT_EQ(body["content"][0]["type"], "tool_use");
  EXPECT_EQ(body["content"][0]["input"], json({{"a", "clear water"}}));
}

TEST(MessageStream, goes_from_message_start_to_message_stop) {
  World world;
  auto whole = world.ask(kPath, ask_for("")).json();
  auto events = world.ask(kPath, ask_for("\"stream\":true,")).events();
  EXPECT_EQ(types_of(events),
            (std::vector<std::string>{"message_start", "content_block_start", "ping", "content_block_delta",
                                      "content_block_stop", "message_delta", "message_stop"}));
  EXPECT_EQ(json(joined(events, "/delta/text")), whole["content"][0]["text"]);
  auto delta = json::parse(events[events.size() - 2].data);
  EXPECT_EQ(delta["delta"]["stop_reason"], "end_turn");
  EXPECT_EQ(delta["usage"]["output_tokens"], 5);
}

TEST(MessageStream, of_a_tool_gives_its_input_in_pieces) {
  World world;
  auto events = world.ask(kPath, ask_for(std::string(kTool) + "\"stream\":true,")).events();
  EXPECT_EQ(json::parse(joined(events, "/delta/partial_json")), json({{"a", "clear water"}}));
  EXPECT_EQ(joined(events, "/content_block/name"), "f");
}

TEST(MessageRefusal, is_in_anthropics_shape) {
  World world;
  auto reply = world.ask(kPath, R"({"model":"m","messages":[{"role":"user","content":"hi"}]})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.json()["type"], "error");
  EXPECT_EQ(reply.json()["error"]["message"], "max_tokens: Field required");
}

TEST(CountTokens, counts_and_costs_nothing) {
  World world;
  auto reply = world.ask("/v1/messages/count_tokens",
                         R"({"model":"m","messages":[{"role":"user","content":"one two"}]})");
  EXPECT_EQ(reply.json(), json({{"input_tokens", 2}}));
  EXPECT_EQ(world.mock.ledger().cost_nanos, 0U);
}

}  // namespace
}  // namespace weir::mock
