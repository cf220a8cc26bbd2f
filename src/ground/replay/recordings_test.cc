// Every recorded answer in the other mode and back: equal as JSON, and equal in what a small reading of our
// own takes from the stream and from the document.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "http/sse.h"
#include "replay/modes.h"
#include "replay/summary.h"
#include "replay/testing_recordings.h"

namespace weir::replay {
namespace {

using nlohmann::json;
using testing::Recording;

// Recordings that are no complete answer, and why.
const std::map<std::string, std::string> kNoAnswers{
    {"anthropic/messages/vercel-anthropic-programmatic-tool-calling.sse", "it is several answers in a row"},
    {"anthropic/messages/vercel-anthropic-tool-search-regex.sse", "it is two answers in a row"},
    {"anthropic/messages/vercel-spliced-message-start.sse", "a second answer begins within the first"},
    {"azure/chat/chat-content-filtering.json#0", "its only choice has no message"},
    {"azure/chat/prompt-content-filtering.json#0", "it is an error with status 200"},
    {"cerebras/chat/vercel-cererebras-structured-output-tools.sse", "two calls share one number"},
    {"groq/chat/tool-use-failed-error-streaming.json#0", "an error came in it"},
    {"openai/chat/vercel-reasoning-model-legacy-parameter-error.body.json", "it is an error"},
    {"openai/responses/openai-responses-verbosity.json#0", "OpenAI has no status \"complete\""},
    {"openai/responses/vercel-openai-error.body.json", "it is an error"},
    {"openai/responses/vercel-openai-error.sse", "an error came in it"},
    {"openai/responses/vercel-openai-reasoning-encrypted-content.sse", "it is several answers in a row"},
    {"openrouter/chat/openrouter-stream-error.json#0", "an error came in it"},
    {"perplexity/chat/streaming-responses-perplexity-sonar-supports-streaming-responses.json#0",
     "its last event is not [DONE]"},
    {"snowflake/chat/snowflake-thinking-streaming.json#0", "it gives no stop reason"}};

// Streams in which not all that the last event says came in deltas before.
const std::set<std::string> kNotInDeltas{"lmstudio/responses/vercel-lmstudio-tool-call.sse",
                                         "openai/responses/vercel-openai-phase.sse",
                                         "xai/responses/vercel-xai-web-search-tool.sse"};

// How a document may differ after it was a stream: a message made of deltas always has a content, and the
// number of a tool call is a thing of streams that some servers have in documents too.
const std::set<std::string> kNotCarried{"add /choices/*/message/content",
                                        "remove /choices/*/message/tool_calls/*/index"};

std::string said_of(const json& value) { return value.is_string() ? value.get<std::string>() : ""; }

// What everybody wants of an answer.
struct Told {
  std::map<std::string, std::string> texts;  // by what kind of text and where
  std::map<std::string, std::string> calls;  // id, name and arguments, by where
  std::map<std::string, std::string> stops;
  json usage;

  json as_json() const {
    auto in_order = json::array();  // a stream's numbers may have gaps
    for (const auto& [where, call] : calls) in_order.push_back(call);
    return {{"texts", texts}, {"calls", in_order}, {"stops", stops}, {"usage", usage}};
  }
  void add(const std::string& where, const json& text) {
    if (!said_of(text).empty()) texts[where] += said_of(text);
  }
};

std::vector<json> events_of(std::string_view stream) {
  http::EventReader reader;
  std::vector<http::Event> events;
  EXPECT_TRUE(reader.read(stream, events).has_value());
  std::vector<json> read;
  for (const auto& event : events) {
    if (event.data != "[DONE]") read.push_back(json::parse(event.data));
  }
  return read;
}

void tell_piece(Told& told, const std::string& where, const json& piece) {
  for (const char* kind : {"content", "reasoning", "reasoning_content", "refusal"}) {
    told.add(where + kind, piece.value(kind, json()));
  }
  const json calls = piece.value("tool_calls", json());
  std::size_t place = 0;
  for (const json& call : calls.is_array() ? calls : json::array()) {
    const std::string at = where + "call " + std::to_string(call.value("index", place++));
    const json function = call.value("function", json::object());
    told.calls[at] += said_of(call.value("id", json())) + said_of(function.value("name", json())) +
                      said_of(function.value("arguments", json()));
  }
}

void tell_choices(Told& told, const json& answer, const char* said) {
  if (answer.value("usage", json()).is_object()) told.usage = answer["usage"];
  const json choices = answer.value("choices", json::array());
  for (const json& choice : choices) {
    const std::string where = std::to_string(choice.value("index", 0)) + " ";
    if (choice.contains(said)) tell_piece(told, where, choice[said]);
    told.add(where + "text", choice.value("text", json()));
    const std::string stop = said_of(choice.value("finish_reason", json()));
    if (!stop.empty()) told.stops[where] = stop;
  }
}

void tell_item(Told& told, const std::string& where, const json& item) {
  for (const char* parts : {"content", "summary"}) {
    std::size_t place = 0;
    const json list = item.value(parts, json::array());
    for (const json& part : list.is_array() ? list : json::array()) {
      const std::string at = where + parts + std::to_string(place++);
      told.add(at, part.value("text", json()));
      told.add(at, part.value("refusal", json()));
    }
  }
  if (item.value("arguments", json()).is_string()) told.calls[where] = said_of(item["arguments"]);
}

void tell_response_event(Told& told, const json& event) {
  const std::string type = event["type"];
  const std::string where = std::to_string(event.value("output_index", 0)) + " ";
  const std::string at =
      where + (event.contains("summary_index") ? "summary" + std::to_string(event["summary_index"].get<int>())
                                               : "content" + std::to_string(event.value("content_index", 0)));
  const bool of_part = type == "response.output_text.delta" || type == "response.refusal.delta" ||
                       type == "response.reasoning_text.delta" ||
                       type == "response.reasoning_summary_text.delta";
  if (of_part) told.add(at, event["delta"]);
  const bool of_call =
      type == "response.function_call_arguments.delta" || type == "response.mcp_call_arguments.delta";
  if (of_call) told.calls[where] += said_of(event["delta"]);
  if (type == "response.completed" || type == "response.incomplete" || type == "response.failed") {
    told.stops[""] = event["response"]["status"];
    told.usage = event["response"]["usage"];
  }
}

void tell_block(Told& told, const std::string& where, const json& block) {
  told.add(where + "text", block.value("text", json()));
  told.add(where + "thinking", block.value("thinking", json()));
  told.add(where + "signature", block.value("signature", json()));
  if (block.contains("id")) told.calls[where] = said_of(block["id"]) + said_of(block["name"]);
}

void tell_message_event(Told& told, const json& event) {
  const std::string type = event["type"];
  const std::string where = std::to_string(event.value("index", 0)) + " ";
  if (type == "message_start") told.usage = event["message"]["usage"];
  if (type == "content_block_start") tell_block(told, where, event["content_block"]);
  if (type == "content_block_delta") tell_block(told, where, event["delta"]);
  if (type != "message_delta") return;
  told.stops[""] = said_of(event["delta"]["stop_reason"]);
  for (const auto& [name, value] : event["usage"].items()) {
    if (!value.is_null()) told.usage[name] = value;
  }
}

Told told_by_stream(const Recording& recording) {
  Told told;
  for (const json& event : events_of(recording.body)) {
    if (recording.path->path == "/v1/messages") {
      tell_message_event(told, event);
    } else if (recording.path->path == "/v1/responses") {
      tell_response_event(told, event);
    } else {
      tell_choices(told, event, "delta");
    }
  }
  return told;
}

Told told_by_document(const Recording& recording, const json& document) {
  Told told;
  std::size_t place = 0;
  if (recording.path->path == "/v1/messages") {
    for (const json& block : document["content"]) tell_block(told, std::to_string(place++) + " ", block);
    told.stops[""] = said_of(document["stop_reason"]);
    told.usage = document["usage"];
  } else if (recording.path->path == "/v1/responses") {
    for (const json& item : document["output"]) tell_item(told, std::to_string(place++) + " ", item);
    told.stops[""] = document["status"];
    told.usage = document["usage"];
  } else {
    tell_choices(told, document, "message");
  }
  return told;
}

std::optional<std::string> stream_from(const Recording& recording, const std::string& document) {
  const PaddedString whole(document);
  return as_events(*recording.path, whole.view(), UsageEvent::wanted);
}

// What is not the same, as JSON patches with * for an array's index: "add /choices/*/message/content".
std::set<std::string> differences(const json& before, const json& after) {
  std::set<std::string> found;
  for (const json& patch : json::diff(before, after)) {
    std::string where = patch["path"];
    where = std::regex_replace(where, std::regex("/[0-9]+(?=/|$)"), "/*");
    found.insert(patch["op"].get<std::string>() + " " + where);
  }
  return found;
}

TEST(RecordedStreams, say_the_same_as_one_document) {
  for (const Recording& stream : testing::recorded_streams()) {
    SCOPED_TRACE(stream.name);
    const auto whole = as_whole(*stream.path, stream.body);
    if (auto listed = kNoAnswers.find(stream.name); listed != kNoAnswers.end()) {
      EXPECT_FALSE(whole) << "listed, because " << listed->second;
      continue;
    }
    EXPECT_TRUE(whole);
    if (whole && !kNotInDeltas.contains(stream.name))
      EXPECT_EQ(told_by_stream(stream).as_json(), told_by_document(stream, json::parse(*whole)).as_json());
  }
}

TEST(RecordedStreams, are_the_same_document_after_another_round) {
  for (const Recording& stream : testing::recorded_streams()) {
    SCOPED_TRACE(stream.name);
    const auto whole = as_whole(*stream.path, stream.body);
    if (!whole) continue;  // the test above says which
    const auto events = stream_from(stream, *whole);
    ASSERT_TRUE(events);
    const auto again = as_whole(*stream.path, *events);
    ASSERT_TRUE(again);
    EXPECT_EQ(differences(json::parse(*whole), json::parse(*again)), std::set<std::string>{});
  }
}

TEST(RecordedStreams, have_the_summary_of_their_document) {
  for (const Recording& stream : testing::recorded_streams()) {
    SCOPED_TRACE(stream.name);
    const auto whole = as_whole(*stream.path, stream.body);
    if (!whole) continue;
    const PaddedString document(*whole);
    EXPECT_TRUE(summarize_events(*stream.path, stream.body) ==
                summarize_whole(*stream.path, document.view()));
  }
}

TEST(RecordedStreams, are_read_alike_with_any_line_ends) {
  for (const Recording& stream : testing::recorded_streams()) {
    SCOPED_TRACE(stream.name);
    const std::string lf = std::regex_replace(stream.body, std::regex("\r\n?"), "\n");
    const auto whole = as_whole(*stream.path, lf);
    EXPECT_EQ(whole, as_whole(*stream.path, std::regex_replace(lf, std::regex("\n"), "\r\n")));
    EXPECT_EQ(whole, as_whole(*stream.path, std::regex_replace(lf, std::regex("\n"), "\r")));
  }
}

TEST(RecordedStreams, are_no_answers_when_they_break_off) {
  for (const Recording& stream : testing::recorded_streams()) {
    SCOPED_TRACE(stream.name);
    const std::string_view half = std::string_view(stream.body).substr(0, stream.body.size() / 2);
    EXPECT_FALSE(as_whole(*stream.path, half));
    EXPECT_FALSE(summarize_events(*stream.path, half));
  }
}

TEST(RecordedDocuments, are_the_same_after_a_round_as_stream) {
  for (const Recording& document : testing::recorded_documents()) {
    SCOPED_TRACE(document.name);
    const auto events = stream_from(document, document.body);
    if (auto listed = kNoAnswers.find(document.name); listed != kNoAnswers.end()) {
      EXPECT_FALSE(events) << "listed, because " << listed->second;
      continue;
    }
    EXPECT_TRUE(events);
    if (!events) continue;
    const auto again = as_whole(*document.path, *events);
    EXPECT_TRUE(again);
    if (!again) continue;
    for (const std::string& difference : differences(json::parse(document.body), json::parse(*again))) {
      EXPECT_TRUE(kNotCarried.contains(difference)) << difference;
    }
  }
}

TEST(RecordedDocuments, say_the_same_as_a_stream) {
  for (const Recording& document : testing::recorded_documents()) {
    SCOPED_TRACE(document.name);
    const auto events = stream_from(document, document.body);
    if (!events) continue;
    const Recording stream{document.name, document.path, *events};
    EXPECT_EQ(told_by_stream(stream).as_json(),
              told_by_document(document, json::parse(document.body)).as_json());
    const PaddedString whole(document.body);
    EXPECT_TRUE(summarize_whole(*document.path, whole.view()) == summarize_events(*document.path, *events));
  }
}

}  // namespace
}  // namespace weir::replay
