// Responses: platform.openai.com/docs/api-reference/responses and responses-streaming
#include "base/json_string.h"
#include "http/sse.h"
#include "mock/answers.h"
#include "mock/digest.h"
#include "mock/said.h"

namespace weir::mock {
namespace {

using nlohmann::ordered_json;

ordered_json usage(const Question& question, std::uint64_t output_tokens) {
  std::uint64_t input = question.asked.input_tokens;
  return {{"input_tokens", input},
          {"input_tokens_details", {{"cached_tokens", 0}}},
          {"output_tokens", output_tokens},
          {"output_tokens_details", {{"reasoning_tokens", 0}}},
          {"total_tokens", input + output_tokens}};
}

// A field as the request has it, or what the provider takes instead.
ordered_json echoed(const Question& question, const char* name, const ordered_json& otherwise) {
  auto found = question.asked.body.find(name);
  return found == question.asked.body.end() ? otherwise : ordered_json(*found);
}

// The response while it has said nothing yet.
ordered_json response(const Question& question) {
  return {{"id", "resp_" + id_from(question.digest)},
          {"object", "response"},
          {"created_at", kCreated},
          {"status", "in_progress"},
          {"background", false},
          {"error", nullptr},
          {"incomplete_details", nullptr},
          {"instructions", echoed(question, "instructions", nullptr)},
          {"max_output_tokens", echoed(question, "max_output_tokens", nullptr)},
          {"model", question.asked.model},
          {"output", ordered_json::array()},
          {"parallel_tool_calls", echoed(question, "parallel_tool_calls", true)},
          {"previous_response_id", echoed(question, "previous_response_id", nullptr)},
          {"reasoning", {{"effort", nullptr}, {"summary", nullptr}}},
          {"service_tier", "default"},
          {"store", echoed(question, "store", true)},
          {"temperature", echoed(question, "temperature", 1.0)},
          {"text", echoed(question, "text", {{"format", {{"type", "text"}}}})},
          {"tool_choice", echoed(question, "tool_choice", "auto")},
          {"tools", echoed(question, "tools", ordered_json::array())},
          {"top_p", echoed(question, "top_p", 1.0)},
          {"truncation", "disabled"},
          {"usage", nullptr},
          {"user", echoed(question, "user", nullptr)},
          {"metadata", echoed(question, "metadata", ordered_json::object())}};
}

ordered_json text_part(std::string_view text) {
  return {{"type", "output_text"},
          {"annotations", ordered_json::array()},
          {"logprobs", ordered_json::array()},
          {"text", text}};
}

// The one item of the output: a message or a function call, empty as it begins or whole.
class Item {
 public:
  Item(const Question& question, const Said& said) : said_(said), id_(id_from(mix(question.digest))) {
    id_ = (said.tool ? "fc_" : "msg_") + id_;
  }
  const std::string& id() const { return id_; }

  ordered_json empty() const {
    if (said_.tool) return call("in_progress", "");
    return message("in_progress", ordered_json::array());
  }
  ordered_json whole() const {
    std::string text = said_.choices.front().whole();
    if (said_.tool) return call("completed", text);
    return message(said_.cut ? "incomplete" : "completed", ordered_json::array({text_part(text)}));
  }

 private:
  ordered_json message(std::string_view status, const ordered_json& content) const {
    return {
        {"id", id_}, {"type", "message"}, {"status", status}, {"content", content}, {"role", "assistant"}};
  }
  ordered_json call(std::string_view status, std::string_view arguments) const {
    return {{"id", id_},
            {"type", "function_call"},
            {"status", status},
            {"arguments", arguments},
            {"call_id", "call_" + id_.substr(3)},
            {"name", *said_.tool}};
  }

  const Said& said_;
  std::string id_;
};

ordered_json finished(ordered_json response, const Question& question, const Said& said) {
  response["status"] = said.cut ? "incomplete" : "completed";
  if (said.cut) response["incomplete_details"] = {{"reason", "max_output_tokens"}};
  response["output"].push_back(Item(question, said).whole());
  response["usage"] = usage(question, said.tokens());
  return response;
}

// Appends events with their numbers.
class NumberedEvents {
 public:
  explicit NumberedEvents(std::size_t first) : next_(first) {}
  void add(ordered_json event) {
    event["sequence_number"] = next_++;
    http::append_event(text_, event["type"].get<std::string>(), to_text(event));
  }
  std::string text() && { return std::move(text_); }

 private:
  std::size_t next_;
  std::string text_;
};

class ResponseEvents final : public EventSource {
 public:
  // An opening of a message has four events, one of a function call three.
  ResponseEvents(const Question& question, Said said, const Pieces& pieces)
      : said_(std::move(said)),
        pieces_(pieces),
        begun_(response(question)),
        ended_(finished(begun_, question, said_)),
        empty_item_(Item(question, said_).empty()),
        opening_events_(said_.tool ? 3 : 4) {}

  std::string opening() const override {
    NumberedEvents events(0);
    events.add({{"type", "response.created"}, {"response", begun_}});
    events.add({{"type", "response.in_progress"}, {"response", begun_}});
    events.add({{"type", "response.output_item.added"}, {"output_index", 0}, {"item", empty_item_}});
    if (!said_.tool) events.add(about_part("response.content_part.added", "part", text_part("")));
    return std::move(events).text();
  }

  void append_piece(std::string& out, const Pieces::Piece& piece) const override {
    std::string words;
    said_.choices.front().append(words, piece.first, piece.words);
    std::size_t number = opening_events_ + piece.first / pieces_.words_per_piece;
    std::string_view type =
        said_.tool ? "response.function_call_arguments.delta" : "response.output_text.delta";
    std::string_view part = said_.tool ? "" : R"("content_index":0,"logprobs":[],)";
    http::append_event(
        out, type,
        fmt::format(R"({{"type":"{}","item_id":"{}","output_index":0,{}"delta":{},"sequence_number":{}}})",
                    type, item_id(), part, json_string(words), number));
  }

  std::string closing() const override {
    NumberedEvents events(opening_events_ + pieces_.count());
    std::string text = said_.choices.front().whole();
    if (said_.tool) {
      events.add({{"type", "response.function_call_arguments.done"},
                  {"item_id", item_id()},
                  {"output_index", 0},
                  {"arguments", text},
                  {"name", *said_.tool}});
    } else {
      auto done = about_part("response.output_text.done", "text", text);
      done["logprobs"] = ordered_json::array();
      events.add(done);
      events.add(about_part("response.content_part.done", "part", text_part(text)));
    }
    events.add(
        {{"type", "response.output_item.done"}, {"output_index", 0}, {"item", ended_["output"].front()}});
    events.add({{"type", said_.cut ? "response.incomplete" : "response.completed"}, {"response", ended_}});
    return std::move(events).text();
  }

 private:
  std::string item_id() const { return empty_item_["id"].get<std::string>(); }
  ordered_json about_part(std::string_view type, const char* name, const ordered_json& value) const {
    return {{"type", type}, {"item_id", item_id()}, {"output_index", 0}, {"content_index", 0}, {name, value}};
  }

  Said said_;
  Pieces pieces_;
  ordered_json begun_;
  ordered_json ended_;
  ordered_json empty_item_;
  std::size_t opening_events_;
};

Answer count_input(const Question& question) {
  Answer answer;
  answer.body = to_text({{"object", "response.input_tokens"}, {"input_tokens", question.asked.input_tokens}});
  return answer;
}

// The conversation as one item that only the provider can read.
Answer compact(const Question& question) {
  constexpr std::uint64_t kTokens = 1;
  Answer answer;
  answer.input_tokens = question.asked.input_tokens;
  answer.output_tokens = kTokens;
  answer.pieces.words = kTokens;
  auto output = ordered_json::array({{{"id", "cmp_" + id_from(question.digest)},
                                      {"type", "compaction"},
                                      {"encrypted_content", id_from(mix(question.digest))}}});
  answer.body = to_text({{"id", "resp_" + id_from(question.digest)},
                         {"object", "response.compaction"},
                         {"created_at", kCreated},
                         {"output", output},
                         {"usage", usage(question, kTokens)}});
  return answer;
}

}  // namespace

Answer answer_response(const Question& question) {
  if (question.asked.path->path.ends_with("/input_tokens")) return count_input(question);
  if (question.asked.path->path.ends_with("/compact")) return compact(question);
  Said said = say(question);
  Answer answer = answer_of(question, said);
  if (question.asked.mode == Asked::Mode::events) {
    answer.events = std::make_unique<ResponseEvents>(question, std::move(said), answer.pieces);
  } else {
    answer.body = to_text(finished(response(question), question, said));
  }
  return answer;
}

}  // namespace weir::mock
