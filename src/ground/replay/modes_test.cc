#include "replay/modes.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>

namespace weir::replay {
namespace {

using nlohmann::json;

const wire::RelayedPath& path(std::string_view name) { return *wire::find_relayed_path(name); }
const wire::RelayedPath& chat() { return path("/v1/chat/completions"); }
const wire::RelayedPath& messages() { return path("/v1/messages"); }
const wire::RelayedPath& responses() { return path("/v1/responses"); }

std::optional<std::string> events_of(const wire::RelayedPath& of, std::string_view document,
                                     UsageEvent usage_event = UsageEvent::wanted) {
  const PaddedString whole(document);
  return as_events(of, whole.view(), usage_event);
}

// A chat's stream of one choice with these deltas.
std::string chat_stream(std::initializer_list<std::string_view> deltas) {
  std::string stream;
  for (std::string_view delta : deltas) {
    stream += R"(data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":)";
    stream += delta;
    stream += ",\"finish_reason\":null}]}\n\n";
  }
  return stream + R"(data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})" +
         "\n\ndata: [DONE]\n\n";
}

json message_of(const std::string& stream) {
  auto whole = as_whole(chat(), stream);
  return whole ? json::parse(*whole)["choices"][0]["message"] : json("no answer");
}

TEST(AsWhole, joins_what_a_chat_says_in_pieces) {
  EXPECT_EQ(message_of(chat_stream(
                {R"({"role":"assistant","content":""})", R"({"content":"Hel"})", R"({"content":"lo"})"})),
            (json{{"role", "assistant"}, {"content", "Hello"}}));
}

TEST(AsWhole, joins_reasoning_and_other_texts_it_does_not_know) {
  const json message = message_of(
      chat_stream({R"({"reasoning_content":"Hm","mood":"go"})",
                   R"({"reasoning_content":"m.","mood":"od","level":1})", R"({"content":"Yes","level":2})"}));
  EXPECT_EQ(message["reasoning_content"], "Hmm.");
  EXPECT_EQ(message["mood"], "good");
  EXPECT_EQ(message["level"], 2);
}

TEST(AsWhole, gathers_the_pieces_of_each_tool_call) {
  const json message = message_of(chat_stream(
      {R"({"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]})",
       R"({"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]})",
       R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}]})",
       R"({"tool_calls":[{"index":0,"id":"","function":{"arguments":"1}"}}]})"}));
  EXPECT_EQ(message["tool_calls"], json::parse(R"([
      {"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
      {"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}])"));
}

TEST(AsWhole, keeps_pieces_of_reasoning_of_different_kinds_apart) {
  const json message = message_of(
      chat_stream({R"({"reasoning_details":[{"type":"reasoning.text","index":0,"text":"a"}]})",
                   R"({"reasoning_details":[{"type":"reasoning.text","index":0,"text":"b"}]})",
                   R"({"reasoning_details":[{"type":"reasoning.encrypted","index":0,"data":"c"}]})"}));
  EXPECT_EQ(message["reasoning_details"], json::parse(R"([{"type":"reasoning.text","index":0,"text":"ab"},
                            {"type":"reasoning.encrypted","index":0,"data":"c"}])"));
}

TEST(AsWhole, gives_up_where_two_tool_calls_share_a_number) {
  EXPECT_EQ(
      message_of(chat_stream({R"({"tool_calls":[{"index":0,"id":"a","function":{"arguments":"{}"}}]})",
                              R"({"tool_calls":[{"index":0,"id":"b","function":{"arguments":"{}"}}]})"})),
      "no answer");
}

TEST(AsWhole, gives_up_where_a_text_turns_into_something_else) {
  EXPECT_EQ(message_of(chat_stream({R"({"content":"a"})", R"({"content":[{"type":"text","text":"b"}]})"})),
            "no answer");
}

TEST(AsWhole, keeps_every_member_however_many_there_are) {
  json chunk{{"choices", {{{"index", 0}, {"delta", {{"content", "a"}}}, {"finish_reason", "stop"}}}}};
  for (int i = 0; i < 40; ++i) chunk["member" + std::to_string(i)] = i;
  const std::string event = "data: " + chunk.dump() + "\n\n";
  const json whole = json::parse(as_whole(chat(), event + event + "data: [DONE]\n\n").value_or("{}"));
  for (int i = 0; i < 40; ++i) EXPECT_EQ(whole["member" + std::to_string(i)], i);
}

TEST(AsWhole, keeps_the_spelling_of_numbers) {
  const std::string stream =
      "data: "
      "{\"created\":1.70e9,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":"
      "\"stop\"}],"
      "\"usage\":{\"cost\":0.10,\"big\":12345678901234567890}}\n\ndata: [DONE]\n\n";
  const std::string whole = as_whole(chat(), stream).value_or("");
  EXPECT_TRUE(whole.contains("1.70e9")) << whole;
  EXPECT_TRUE(whole.contains(R"({"cost":0.10,"big":12345678901234567890})")) << whole;
}

TEST(AsWhole, is_nothing_without_the_last_event) {
  std::string stream = chat_stream({R"({"content":"a"})"});
  stream.resize(stream.find("data: [DONE]"));
  EXPECT_FALSE(as_whole(chat(), stream));
}

TEST(AsWhole, is_nothing_when_an_error_came) {
  EXPECT_FALSE(as_whole(chat(), "data: {\"error\":{\"message\":\"no\"}}\n\n" + chat_stream({"{}"})));
  EXPECT_FALSE(as_whole(messages(), "event: error\ndata: {\"type\":\"error\",\"error\":{}}\n\n"));
  EXPECT_FALSE(as_whole(responses(), "event: error\ndata: {\"type\":\"error\",\"message\":\"no\"}\n\n"));
}

TEST(AsWhole, is_nothing_when_an_event_is_no_json) {
  EXPECT_FALSE(as_whole(chat(), "data: {\"choices\":[\n\n" + chat_stream({R"({"content":"a"})"})));
  EXPECT_FALSE(as_whole(chat(), "data: {\"id\":tru}\n\n" + chat_stream({R"({"content":"a"})"})));
}

TEST(AsWhole, is_nothing_on_a_path_with_one_mode) {
  EXPECT_FALSE(as_whole(path("/v1/embeddings"), chat_stream({R"({"content":"a"})"})));
}

// A message's stream whose only block is a tool's, with these pieces of its input.
std::string tool_stream(std::initializer_list<std::string_view> pieces) {
  std::string stream =
      "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"content\":[],\"stop_reason\":null,"
      "\"usage\":{\"input_tokens\":3,\"output_tokens\":1,\"service_tier\":\"standard\"}}}\n\n"
      "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
      "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}}\n\n";
  for (std::string_view piece : pieces) {
    stream += "data: " +
              json{{"type", "content_block_delta"},
                   {"index", 0},
                   {"delta", {{"type", "input_json_delta"}, {"partial_json", piece}}}}
                  .dump() +
              "\n\n";
  }
  return stream +
         "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
         "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},"
         "\"usage\":{\"output_tokens\":9,\"input_tokens\":null}}\n\n"
         "data: {\"type\":\"message_stop\"}\n\n";
}

TEST(AsWhole, puts_the_pieces_of_a_tools_input_together) {
  const json message =
      json::parse(as_whole(messages(), tool_stream({"", "{\"a\\\"", "\": 1}"})).value_or("{}"));
  EXPECT_EQ(message["content"][0]["input"], json::parse(R"({"a\"":1})"));
}

TEST(AsWhole, takes_an_input_without_pieces_as_the_block_began) {
  const json message = json::parse(as_whole(messages(), tool_stream({})).value_or("{}"));
  EXPECT_EQ(message["content"][0]["input"], json::object());
}

TEST(AsWhole, gives_up_where_a_tools_input_was_cut) {
  EXPECT_FALSE(as_whole(messages(), tool_stream({"{\"a\":"})));
}

TEST(AsWhole, takes_of_a_messages_usage_the_newer_word_field_by_field) {
  const json message = json::parse(as_whole(messages(), tool_stream({})).value_or("{}"));
  EXPECT_EQ(message["usage"],
            json::parse(R"({"input_tokens":3,"output_tokens":9,"service_tier":"standard"})"));
}

TEST(AsWhole, gives_up_where_a_delta_is_of_a_block_that_never_began) {
  const std::string stream = tool_stream({"{}"});
  const std::string start = "data: {\"type\":\"content_block_start\"";
  std::string without = stream;
  without.erase(stream.find(start), stream.find("\n\n", stream.find(start)) + 2 - stream.find(start));
  EXPECT_TRUE(as_whole(messages(), stream));
  EXPECT_FALSE(as_whole(messages(), without));
}

TEST(AsWhole, names_the_model_that_took_over_within_a_message) {
  const auto whole =
      as_whole(messages(),
               "data: {\"type\":\"message_start\",\"message\":{\"model\":\"first\",\"content\":[]}}\n\n"
               "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
               "{\"type\":\"fallback\",\"from\":{\"model\":\"first\"},\"to\":{\"model\":\"second\"}}}\n\n"
               "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n"
               "data: {\"type\":\"message_stop\"}\n\n");
  EXPECT_EQ(json::parse(whole.value_or("{}"))["model"], "second");
}

TEST(AsWhole, puts_the_items_of_a_response_in_where_its_last_event_left_them_out) {
  const auto whole = as_whole(
      responses(),
      "data: {\"type\":\"response.output_item.done\",\"output_index\":1,\"item\":{\"id\":\"b\"}}\n\n"
      "data: {\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":{\"id\":\"a\"}}\n\n"
      "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[]}}\n\n");
  EXPECT_EQ(json::parse(whole.value_or("{}"))["output"], json::parse(R"([{"id":"a"},{"id":"b"}])"));
}

constexpr std::string_view kChat =
    R"({"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":)"
    R"({"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}})";

TEST(AsEvents, tells_a_chat_as_role_text_stop_usage_and_done) {
  const std::string head = R"(data: {"id":"c","model":"m","object":"chat.completion.chunk","choices":[)";
  EXPECT_EQ(
      events_of(chat(), kChat),
      head + R"({"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null})" +
          "\n\n" + head + R"({"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"usage":null})" +
          "\n\n" + head + R"({"index":0,"delta":{},"finish_reason":"stop"}],"usage":null})" + "\n\n" + head +
          R"(],"usage":{"prompt_tokens":1}})" + "\n\ndata: [DONE]\n\n");
}

TEST(AsEvents, says_nothing_of_the_usage_where_it_is_not_wanted) {
  EXPECT_FALSE(events_of(chat(), kChat, UsageEvent::unwanted).value().contains("usage"));
}

TEST(AsEvents, puts_each_event_on_one_line_though_the_document_has_many) {
  const std::string stream = events_of(chat(), json::parse(kChat).dump(4)).value();
  for (std::size_t at = 0; at < stream.size(); at = stream.find("\n\n", at) + 2) {
    EXPECT_TRUE(stream.substr(at).starts_with("data: "));
    EXPECT_EQ(stream.find('\n', at), stream.find("\n\n", at));
  }
}

TEST(AsEvents, numbers_the_events_of_a_response_and_ends_with_the_whole_of_it) {
  const std::string_view document =
      R"({"id":"r","status":"incomplete","output":[{"id":"i","type":"image","status":"completed"}]})";
  EXPECT_EQ(events_of(responses(), document),
            "event: response.created\n"
            "data: {\"type\":\"response.created\",\"sequence_number\":0,"
            "\"response\":{\"id\":\"r\",\"status\":\"in_progress\",\"output\":[]}}\n\n"
            "event: response.in_progress\n"
            "data: {\"type\":\"response.in_progress\",\"sequence_number\":1,"
            "\"response\":{\"id\":\"r\",\"status\":\"in_progress\",\"output\":[]}}\n\n"
            "event: response.output_item.added\n"
            "data: {\"type\":\"response.output_item.added\",\"sequence_number\":2,\"output_index\":0,"
            "\"item\":{\"id\":\"i\",\"type\":\"image\",\"status\":\"in_progress\"}}\n\n"
            "event: response.output_item.done\n"
            "data: {\"type\":\"response.output_item.done\",\"sequence_number\":3,\"output_index\":0,"
            "\"item\":{\"id\":\"i\",\"type\":\"image\",\"status\":\"completed\"}}\n\n"
            "event: response.incomplete\n"
            "data: {\"type\":\"response.incomplete\",\"sequence_number\":4,\"response\":" +
                std::string(document) + "}\n\n");
}

TEST(AsEvents, is_nothing_for_an_error_or_a_response_that_goes_on_in_the_background) {
  EXPECT_FALSE(events_of(chat(), R"({"error":{"message":"no"}})"));
  EXPECT_FALSE(events_of(responses(), R"({"id":"r","status":"queued","output":[]})"));
}

TEST(AsEvents, gives_a_thinking_block_its_text_and_its_signature_in_deltas_of_their_own) {
  const std::string document = R"({"id":"m","content":[{"type":"thinking","thinking":"Hm","signature":"s"}],)"
                               R"("stop_reason":"end_turn"})";
  const std::string stream = events_of(messages(), document).value();
  EXPECT_TRUE(stream.contains(R"("content_block":{"type":"thinking","thinking":"","signature":""})"))
      << stream;
  EXPECT_TRUE(stream.contains(R"("delta":{"type":"thinking_delta","thinking":"Hm"})")) << stream;
  EXPECT_TRUE(stream.contains(R"("delta":{"type":"signature_delta","signature":"s"})")) << stream;
}

}  // namespace
}  // namespace weir::replay
