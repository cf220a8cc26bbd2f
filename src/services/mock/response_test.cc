#include "mock/testing_world.h"

namespace weir::mock {
namespace {

using nlohmann::json;

constexpr std::string_view kPath = "/v1/responses";
constexpr std::string_view kTool =
    R"("tools":[{"type":"function","name":"f","parameters":
  {"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}],"tool_choice":"required",)";

std::string ask_for(std::string_view fields) {
  return fmt::format(R"({{"model":"gpt-5",{}"instructions":"be kind","input":"hello there"}})", fields);
}

TEST(ResponseAnswer, is_completed_with_a_message_and_usage) {
  World world;
  auto body = world.ask(kPath, ask_for("")).json();
  EXPECT_EQ(body["object"], "response");
  EXPECT_EQ(body["status"], "completed");
  EXPECT_EQ(body["output"].size(), 1U);
  EXPECT_EQ(body["output"][0]["content"][0]["type"], "output_text");
  EXPECT_EQ(body["usage"]["input_tokens"], 4);
  EXPECT_EQ(body["usage"]["output_tokens"], 5);
  EXPECT_EQ(body["instructions"], "be kind");
}

TEST(ResponseAnswer, is_incomplete_at_the_requests_limit) {
  World world;
  auto body = world.ask(kPath, ask_for("\"max_output_tokens\":3,")).json();
  EXPECT_EQ(body["status"], "incomplete");
  EXPECT_EQ(body["incomplete_details"]["reason"], "max_output_tokens");
}

TEST(ResponseStream, tells_every_step_with_its_number) {
  World world;
  auto whole = world.ask(kPath, ask_for("")).json();
  auto events = world.ask(kPath, ask_for("\"stream\":true,")).events();
  EXPECT_EQ(types_of(events),
            (std::vector<std::string>{
                "response.created", "response.in_progress", "response.output_item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.done",
                "response.content_part.done", "response.output_item.done", "response.completed"}));
  for (std::size_t i = 0; i < events.size(); ++i) {
    auto data = json::parse(events[i].data);
    EXPECT_EQ(data["sequence_number"], i);
    EXPECT_EQ(data["type"], events[i].event);
  }
  EXPECT_EQ(json::parse(events.back().data)["response"], whole);
  std::string text = whole["output"][0]["content"][0]["text"];
  EXPECT_EQ(joined(events, "/delta"), text);
}

TEST(ResponseStream, of_a_function_call_gives_its_arguments_in_pieces) {
  World world;
  auto events = world.ask(kPath, ask_for(std::string(kTool) + "\"stream\":true,")).events();
  EXPECT_EQ(json::parse(joined(events, "/delta")), json({{"a", 7}}));
  auto item = json::parse(events.back().data)["response"]["output"][0];
  EXPECT_EQ(item["type"], "function_call");
  EXPECT_EQ(item["name"], "f");
  for (std::size_t i = 0; i < events.size(); ++i)
    EXPECT_EQ(json::parse(events[i].data)["sequence_number"], i);
}

TEST(ResponseInputTokens, are_counted_and_cost_nothing) {
  World world;
  auto body = world.ask("/v1/responses/input_tokens", ask_for("")).json();
  EXPECT_EQ(body, json({{"object", "response.input_tokens"}, {"input_tokens", 4}}));
  EXPECT_EQ(world.mock.ledger().input_tokens, 0U);
  EXPECT_EQ(world.mock.ledger().cost_nanos, 0U);
}

TEST(ResponseCompaction, is_one_item) {
  World world;
  auto body = world.ask("/v1/responses/compact", ask_for("")).json();
  EXPECT_EQ(body["object"], "response.compaction");
  ASSERT_EQ(body["output"].size(), 1U);
  EXPECT_EQ(body["output"][0]["type"], "compaction");
}

}  // namespace
}  // namespace weir::mock
