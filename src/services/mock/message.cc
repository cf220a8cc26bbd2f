// Messages: docs.anthropic.com/en/api/messages, …/messages-count-tokens,
// docs.anthropic.com/en/docs/build-with-claude/streaming
#include "base/json_string.h"
#include "http/sse.h"
#include "mock/answers.h"
#include "mock/digest.h"
#include "mock/said.h"

namespace weir::mock {
namespace {

using nlohmann::ordered_json;

std::string_view stop_reason(const Said& said) {
  if (said.tool) return "tool_use";
  return said.cut ? "max_tokens" : "end_turn";
}

ordered_json usage(const Question& question, std::uint64_t output_tokens) {
  return {{"input_tokens", question.asked.input_tokens},
          {"cache_creation_input_tokens", 0},
          {"cache_read_input_tokens", 0},
          {"output_tokens", output_tokens},
          {"service_tier", "standard"}};
}

// The message with everything but what it says.
ordered_json message(const Question& question) {
  return {{"id", "msg_01" + id_from(question.digest)},
          {"type", "message"},
          {"role", "assistant"},
          {"model", question.asked.model},
          {"content", ordered_json::array()},
          {"stop_reason", nullptr},
          {"stop_sequence", nullptr},
          {"usage", usage(question, 0)}};
}

// The one content block, its tool's input still empty.
ordered_json block(const Question& question, const Said& said) {
  if (!said.tool) return {{"type", "text"}, {"text", ""}};
  return {{"type", "tool_use"},
          {"id", "toolu_01" + id_from(mix(question.digest))},
          {"name", *said.tool},
          {"input", ordered_json::object()}};
}

class MessageEvents final : public EventSource {
 public:
  MessageEvents(const Question& question, Said said)
      : said_(std::move(said)),
        start_(to_text({{"type", "message_start"}, {"message", message(question)}})),
        block_(to_text(
            {{"type", "content_block_start"}, {"index", 0}, {"content_block", block(question, said_)}})) {}

  std::string opening() const override {
    std::string out;
    http::append_event(out, "message_start", start_);
    http::append_event(out, "content_block_start", block_);
    http::append_event(out, "ping", R"({"type":"ping"})");
    return out;
  }

  void append_piece(std::string& out, const Pieces::Piece& piece) const override {
    std::string words;
    said_.choices[piece.choice].append(words, piece.first, piece.words);
    std::string_view delta =
        said_.tool ? R"("type":"input_json_delta","partial_json")" : R"("type":"text_delta","text")";
    http::append_event(out, "content_block_delta",
                       fmt::format(R"({{"type":"content_block_delta","index":0,"delta":{{{}:{}}}}})", delta,
                                   json_string(words)));
  }

  std::string closing() const override {
    std::string out;
    http::append_event(out, "content_block_stop", R"({"type":"content_block_stop","index":0})");
    http::append_event(
        out, "message_delta",
        fmt::format(R"({{"type":"message_delta","delta":{{"stop_reason":"{}","stop_sequence":null}},)"
                    R"("usage":{{"output_tokens":{}}}}})",
                    stop_reason(said_), said_.tokens()));
    http::append_event(out, "message_stop", R"({"type":"message_stop"})");
    return out;
  }

 private:
  Said said_;
  std::string start_;
  std::string block_;
};

}  // namespace

Answer answer_message(const Question& question) {
  if (question.asked.path->path.ends_with("/count_tokens")) {
    Answer answer;
    answer.body = to_text({{"input_tokens", question.asked.input_tokens}});
    return answer;
  }
  Said said = say(question);
  Answer answer = answer_of(question, said);
  if (question.asked.mode == Asked::Mode::events) {
    answer.events = std::make_unique<MessageEvents>(question, std::move(said));
    return answer;
  }
  auto content = block(question, said);
  std::string text = said.choices.front().whole();
  if (said.tool) {
    content["input"] = ordered_json::parse(text);
  } else {
    content["text"] = text;
  }
  auto whole = message(question);
  whole["content"].push_back(content);
  whole["stop_reason"] = stop_reason(said);
  whole["usage"] = usage(question, said.tokens());
  answer.body = to_text(whole);
  return answer;
}

}  // namespace weir::mock
