#include "replay/canned.h"

#include "base/json_string.h"

namespace weir::replay {
namespace {

std::int64_t seconds_of(WallTime now) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
}

// platform.openai.com/docs/api-reference/chat/object
std::string chat(std::string_view model, std::string_view text, std::string_view id, WallTime now) {
  return fmt::format(
      R"({{"id":"chatcmpl-{}","object":"chat.completion","created":{},"model":{},"choices":[{{"index":0,)"
      R"("message":{{"role":"assistant","content":{},"refusal":null}},"logprobs":null,"finish_reason":"stop"}}],)"
      R"("usage":{{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}}})",
      id, seconds_of(now), json_string(model), json_string(text));
}

// docs.anthropic.com/en/api/messages
std::string message(std::string_view model, std::string_view text, std::string_view id) {
  return fmt::format(
      R"({{"id":"msg_{}","type":"message","role":"assistant","model":{},"content":[{{"type":"text","text":{}}}],)"
      R"("stop_reason":"end_turn","stop_sequence":null,"usage":{{"input_tokens":0,"output_tokens":0}}}})",
      id, json_string(model), json_string(text));
}

// platform.openai.com/docs/api-reference/responses/object
std::string response(std::string_view model, std::string_view text, std::string_view id, WallTime now) {
  return fmt::format(
      R"({{"id":"resp_{0}","object":"response","created_at":{1},"status":"completed","error":null,)"
      R"("incomplete_details":null,"model":{2},"output":[{{"type":"message","id":"msg_{0}","status":"completed",)"
      R"("role":"assistant","content":[{{"type":"output_text","text":{3},"annotations":[]}}]}}],)"
      R"("parallel_tool_calls":true,"tool_choice":"auto","tools":[],"usage":{{"input_tokens":0,)"
      R"("input_tokens_details":{{"cached_tokens":0}},"output_tokens":0,)"
      R"("output_tokens_details":{{"reasoning_tokens":0}},"total_tokens":0}}}})",
      id, seconds_of(now), json_string(model), json_string(text));
}

}  // namespace

std::optional<std::string> canned_answer(const wire::RelayedPath& path, std::string_view model,
                                         std::string_view text, const RequestId& id, WallTime now) {
  if (path.path == "/v1/chat/completions") return chat(model, text, id.text(), now);
  if (path.path == "/v1/messages") return message(model, text, id.text());
  if (path.path == "/v1/responses") return response(model, text, id.text(), now);
  return std::nullopt;
}

}  // namespace weir::replay
