#include "mock/asked.h"

#include "base/try.h"
#include "mock/asked_text.h"
#include "mock/text.h"

namespace weir::mock {
namespace {

using nlohmann::json;

const json& member(const json& object, const char* name) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::unexpected<Refusal> refuse(std::string message, std::string parameter = {}) {
  return std::unexpected(Refusal{400, std::move(message), std::move(parameter)});
}

std::expected<void, Refusal> check_fields(const Asked& asked) {
  std::string_view path = asked.path->path;
  auto need = [&asked](const char* name, auto is_right) -> std::expected<void, Refusal> {
    if (is_right(member(asked.body, name))) return {};
    if (asked.path->dialect == Dialect::anthropic) return refuse(fmt::format("{}: Field required", name));
    return refuse(fmt::format("Missing required parameter: '{}'.", name), name);
  };
  auto is_list = [](const json& value) { return value.is_array() && !value.empty(); };
  auto is_there = [](const json& value) { return !value.is_null(); };
  auto is_positive = [](const json& value) {
    return value.is_number_unsigned() && value.get<std::uint64_t>() > 0;
  };

  bool optional_model = path == "/v1/moderations" || path == "/v1/images/generations";
  if (asked.model.empty() && !optional_model) TRY(need("model", [](const json&) { return false; }));
  if (path == "/v1/chat/completions" || path.starts_with("/v1/messages")) TRY(need("messages", is_list));
  if (path == "/v1/messages") TRY(need("max_tokens", is_positive));
  if (path == "/v1/embeddings" || path == "/v1/moderations" || path == "/v1/audio/speech") {
    TRY(need("input", is_there));
  }
  if (path == "/v1/completions" || path == "/v1/images/generations") TRY(need("prompt", is_there));
  return {};
}

std::optional<std::uint32_t> most_tokens(const json& body) {
  constexpr std::uint64_t kMost = UINT32_MAX;
  for (const char* name : {"max_completion_tokens", "max_output_tokens", "max_tokens"}) {
    const auto& value = member(body, name);
    if (value.is_number_unsigned())
      return static_cast<std::uint32_t>(std::min(value.get<std::uint64_t>(), kMost));
  }
  return std::nullopt;
}

// The function inside a tool, which Chat Completions puts one level deeper than Responses and Messages do.
OfferedTool read_tool(const json& tool) {
  const auto& function = member(tool, "function").is_object() ? member(tool, "function") : tool;
  const auto& schema = member(function, "parameters");
  return {text_field(function, "name"), schema.is_null() ? member(function, "input_schema") : schema};
}

// The tool that the request makes the model call: the one it names, or the first, where it requires one or
// its last message asks for it in so many words.
std::optional<OfferedTool> tool_to_call(const Asked& asked) {
  const auto& tools = member(asked.body, "tools");
  if (!tools.is_array()) return std::nullopt;
  const auto& choice = member(asked.body, "tool_choice");
  std::string type = choice.is_string() ? choice.get<std::string>() : text_field(choice, "type");
  if (type == "none") return std::nullopt;
  auto wanted = read_tool(choice).name;
  bool required = type == "required" || type == "any" || !wanted.empty();
  if (!required) required = last_message(*asked.path, asked.body).find("call the tool") != std::string::npos;
  if (!required) return std::nullopt;
  for (const auto& offered : tools) {
    auto tool = read_tool(offered);
    bool is_wanted = wanted.empty() ? text_field(offered, "type") == "function" || !tool.schema.is_null()
                                    : tool.name == wanted;
    if (is_wanted && !tool.name.empty()) return tool;
  }
  return std::nullopt;
}

// Chat Completions has it in response_format, Responses in text.format.
std::optional<json> schema_of_answer(const json& body) {
  const auto& format = member(body, "response_format").is_null() ? member(member(body, "text"), "format")
                                                                 : member(body, "response_format");
  std::string type = text_field(format, "type");
  if (type == "json_object") {
    return json{
        {"type", "object"}, {"properties", {{"answer", {{"type", "string"}}}}}, {"required", {"answer"}}};
  }
  if (type != "json_schema") return std::nullopt;
  const auto& schema = member(format, "schema");
  return schema.is_null() ? member(member(format, "json_schema"), "schema") : schema;
}

std::expected<void, Refusal> read_json(Asked& asked, std::string_view text) {
  constexpr std::uint64_t kMostChoices = 128;
  asked.body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!asked.body.is_object()) {
    return refuse("We could not parse the JSON body of your request: it must be a JSON object.");
  }
  asked.model = text_field(asked.body, "model");
  TRY(check_fields(asked));
  const auto& choices = member(asked.body, "n");
  bool has_choices = asked.path->dialect == Dialect::openai && !asked.path->path.starts_with("/v1/responses");
  if (has_choices && choices.is_number_unsigned()) {
    asked.choices =
        static_cast<std::uint32_t>(std::clamp<std::uint64_t>(choices.get<std::uint64_t>(), 1, kMostChoices));
  }
  if (member(asked.body, "stream") == true) asked.mode = Asked::Mode::events;
  auto collected = collect_prompt(*asked.path, asked.body);
  asked.text = std::move(collected.text);
  asked.input_tokens = collected.tokens;
  asked.most_tokens = most_tokens(asked.body);
  asked.tool = tool_to_call(asked);
  asked.answer_schema = schema_of_answer(asked.body);
  return {};
}

std::expected<void, Refusal> read_form_fields(Asked& asked, std::string_view body,
                                              std::string_view content_type) {
  auto form = read_form(body, content_type);
  if (!form) return refuse("Could not parse multipart form");
  asked.form = *std::move(form);
  asked.model = find_field(asked.form, "model");
  if (asked.model.empty()) return refuse("you must provide a model parameter");
  asked.text = find_field(asked.form, "prompt");
  asked.input_tokens = count_words(asked.text);
  if (find_field(asked.form, "stream") == "true") asked.mode = Asked::Mode::events;
  return {};
}

}  // namespace

std::string text_field(const json& object, const char* name) {
  const auto& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

Asked read_asked(const wire::RelayedPath& path, std::string_view body, std::string_view content_type) {
  Asked asked;
  asked.path = &path;
  bool is_form = path.body == wire::RelayedPath::Body::multipart;
  auto read = is_form ? read_form_fields(asked, body, content_type) : read_json(asked, body);
  if (!read) asked.refusal = std::move(read).error();
  return asked;
}

}  // namespace weir::mock
