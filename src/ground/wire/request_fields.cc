#include "wire/request_fields.h"

#include <fmt/core.h>
#include <utility>

#include "wire/detail/json_walk.h"

namespace weir::wire {
namespace {

std::unexpected<Failure> malformed(std::string message) {
  return failure(Failure::Kind::malformed_request, std::move(message));
}

std::unexpected<Failure> not_json(simdjson::error_code error) {
  if (error == simdjson::DEPTH_ERROR) {
    return malformed(fmt::format("The body is nested more than {} levels deep; flatten it.", kDeepest));
  }
  return malformed(fmt::format("The body is not valid JSON: {}", simdjson::error_message(error)));
}

// The members that weir reads, and what it wants to know of them.
enum class Member : std::uint8_t {
  model,
  stream,
  stream_options,
  temperature,
  tools,
  provider_tool,  // there: tools run at the provider
  background,
  state,   // there: the answer depends on what the provider keeps
  prompt,  // text, or a prompt that is stored at the provider
  cache,
  other,
};

// By length first: every member of every request comes by here, and most are none of these.
Member member_of(std::string_view key) {
  auto is = [&](std::string_view name, Member member) { return key == name ? member : Member::other; };
  switch (key.size()) {
    case 5:
      if (key == "model") return Member::model;
      if (key == "tools") return Member::tools;
      return is("cache", Member::cache);
    case 6:
      return key == "stream" ? Member::stream : is("prompt", Member::prompt);
    case 7:
      return is("plugins", Member::provider_tool);
    case 9:
      return is("container", Member::state);
    case 10:
      return is("background", Member::background);
    case 11:
      return key == "temperature" ? Member::temperature : is("mcp_servers", Member::provider_tool);
    case 12:
      return key == "conversation" ? Member::state : is("data_sources", Member::provider_tool);
    case 14:
      return is("stream_options", Member::stream_options);
    case 17:
      return is("search_parameters", Member::provider_tool);
    case 18:
      return is("web_search_options", Member::provider_tool);
    default:
      return Member::other;
  }
}

constexpr bool may_be_there_twice(Member member) { return member > Member::tools && member != Member::cache; }

constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

std::size_t trim_blanks(std::string_view text, std::size_t end) {
  while (end > 0 && is_blank(text[end - 1])) --end;
  return end;
}

constexpr std::string_view kUsageOptions = R"(,"stream_options":{"include_usage":true})";
constexpr std::string_view kUsageOptionsValue = R"({"include_usage":true})";
constexpr std::string_view kUsageMember = R"("include_usage":true)";
constexpr std::string_view kUsageMemberAndMore = R"("include_usage":true,)";
constexpr std::string_view kTrue = "true";

// Fills in RequestFields, one member of the body after the other. Whatever a member holds is visited to its
// end, so that the whole document's structure is checked.
class FieldReader {
 public:
  FieldReader(std::string_view body, simdjson::ondemand::document& document)
      : body_(body), document_(document) {}

  // By reference, since a copy of it costs as much as reading it.
  Result<void> read(simdjson::simdjson_result<simdjson::ondemand::field>& field);
  Result<RequestFields> finish();

 private:
  using Error = simdjson::error_code;

  Result<void> read_model(value& at);
  Result<void> read_stream(value& at);
  Result<void> read_stream_options(value& at);
  Error read_options(value& at);
  Error read_temperature(value& at);
  Error read_tools(value& at);
  Error read_tool(value& at);
  Error read_provider_tool(value& at);
  Error read_background(value& at);
  Error read_state(value& at);
  Error read_prompt(value& at);
  Error read_cache(value& at, std::size_t member_begin);

  // Where the next token stands.
  std::size_t position() {
    const char* at = nullptr;
    if (document_.current_location().get(at)) return body_.size();
    return static_cast<std::size_t>(at - body_.data());
  }
  // The place of a literal or a number.
  Span scalar(value& at) {
    std::string_view token = at.raw_json_token();
    auto begin = static_cast<std::size_t>(token.data() - body_.data());
    return {begin, trim_blanks(body_, begin + token.size()) - begin};
  }
  Span member_and_comma(std::size_t begin, std::size_t end) const;

  std::string_view body_;
  simdjson::ondemand::document& document_;
  RequestFields fields_;
  std::uint32_t seen_ = 0;  // a bit for each Member
  Span stream_;
  bool usage_twice_ = false;
  std::optional<Splice> ask_usage_in_options_;
};

Result<void> FieldReader::read(simdjson::simdjson_result<simdjson::ondemand::field>& field) {
  simdjson::ondemand::raw_json_string raw_key;
  std::string_view key;
  value at;
  if (auto error = field.key().get(raw_key)) return not_json(error);
  if (auto error = field.unescaped_key().get(key)) return not_json(error);
  if (auto error = field.value().get(at)) return not_json(error);
  const auto member = member_of(key);
  if (member == Member::other) {
    if (auto error = walk(at, 2)) return not_json(error);
    return {};
  }
  const auto bit = std::uint32_t{1} << static_cast<unsigned>(member);
  if ((seen_ & bit) != 0 && !may_be_there_twice(member)) {
    return malformed(fmt::format("`{}` is there twice; give it once.", key));
  }
  seen_ |= bit;
  auto error = simdjson::SUCCESS;
  switch (member) {
    case Member::model:
      return read_model(at);
    case Member::stream:
      return read_stream(at);
    case Member::stream_options:
      return read_stream_options(at);
    case Member::temperature:
      error = read_temperature(at);
      break;
    case Member::tools:
      error = read_tools(at);
      break;
    case Member::provider_tool:
      error = read_provider_tool(at);
      break;
    case Member::background:
      error = read_background(at);
      break;
    case Member::state:
      error = read_state(at);
      break;
    case Member::prompt:
      error = read_prompt(at);
      break;
    case Member::cache:
      error = read_cache(at, static_cast<std::size_t>(raw_key.raw() - 1 - body_.data()));
      break;
    case Member::other:
      break;
  }
  if (error) return not_json(error);
  return {};
}

Result<RequestFields> FieldReader::finish() {
  if (fields_.model.empty()) return malformed("`model` is missing: name the model to call.");
  if (fields_.mode == RequestFields::Mode::events && !fields_.asks_usage && !fields_.unclear) {
    fields_.ask_usage = ask_usage_in_options_
                            ? *ask_usage_in_options_
                            : Splice{.place = {stream_.begin + stream_.size, 0}, .text = kUsageOptions};
  }
  return std::move(fields_);
}

Result<void> FieldReader::read_model(value& at) {
  json_type type;
  if (auto error = at.type().get(type)) return not_json(error);
  if (type != json_type::string) return malformed("`model` must be a string: the name of a model.");
  std::string_view token = at.raw_json_token();
  fields_.model_begin = static_cast<std::size_t>(token.data() - body_.data());
  fields_.model_size = token.find_last_of('"') + 1;
  std::string_view name;
  if (auto error = at.get_string().get(name)) return not_json(error);
  fields_.model = name;
  return {};
}

Result<void> FieldReader::read_stream(value& at) {
  if (bool null = false; at.is_null().get(null) == simdjson::SUCCESS && null) return {};
  stream_ = scalar(at);
  bool stream = false;
  if (at.get_bool().get(stream)) return malformed("`stream` must be true or false.");
  fields_.mode = stream ? RequestFields::Mode::events : RequestFields::Mode::whole;
  return {};
}

Result<void> FieldReader::read_stream_options(value& at) {
  json_type type;
  if (auto error = at.type().get(type)) return not_json(error);
  if (type == json_type::null) {
    ask_usage_in_options_ = Splice{.place = scalar(at), .text = kUsageOptionsValue};
    return {};
  }
  if (type != json_type::object) {
    fields_.unclear = true;
    if (auto error = walk(at, 2)) return not_json(error);
    return {};
  }
  auto error = read_options(at);
  if (usage_twice_) return malformed("`stream_options.include_usage` is there twice; give it once.");
  if (error) return not_json(error);
  return {};
}

simdjson::error_code FieldReader::read_options(value& at) {
  const auto inside = position() + 1;
  const bool empty = body_[skip_blanks(body_, inside)] == '}';
  ask_usage_in_options_ = Splice{.place = {inside, 0}, .text = empty ? kUsageMember : kUsageMemberAndMore};
  bool seen = false;
  return each_member(at, [&](std::string_view key, value& child, json_type type) {
    if (key != "include_usage") return walk(child, 3);
    if (std::exchange(seen, true)) usage_twice_ = true;
    if (type != json_type::boolean && type != json_type::null) {
      fields_.unclear = true;
      return walk(child, 3);
    }
    const auto place = scalar(child);
    fields_.asks_usage = place.of(body_) == kTrue;
    ask_usage_in_options_ = Splice{.place = place, .text = kTrue};
    return simdjson::SUCCESS;
  });
}

simdjson::error_code FieldReader::read_temperature(value& at) {
  json_type type;
  if (auto error = at.type().get(type)) return error;
  if (type != json_type::number) return walk(at, 2);
  double temperature = 1;
  // A number that can't be read is the provider's to refuse, and not zero.
  fields_.temperature_zero = at.get_double().get(temperature) == simdjson::SUCCESS && temperature == 0;
  return simdjson::SUCCESS;
}

simdjson::error_code FieldReader::read_tools(value& at) {
  json_type type;
  if (auto error = at.type().get(type)) return error;
  if (type == json_type::null) return simdjson::SUCCESS;
  if (type != json_type::array) {
    fields_.unclear = true;
    return walk(at, 2);
  }
  simdjson::ondemand::array tools;
  if (auto error = at.get_array().get(tools)) return error;
  for (auto tool : tools) {
    value child;
    if (auto error = tool.get(child)) return error;
    if (auto error = read_tool(child)) return error;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code FieldReader::read_tool(value& at) {
  json_type type;
  if (auto error = at.type().get(type)) return error;
  if (type != json_type::object) {
    fields_.unclear = true;
    return walk(at, 3);
  }
  return each_member(at, [&](std::string_view key, value& child, json_type kind) {
    if (key != "type" || kind == json_type::null) return walk(child, 4);
    if (kind != json_type::string) {
      fields_.unclear = true;
      return walk(child, 4);
    }
    std::string_view name;
    if (auto error = child.get_string().get(name)) return error;
    if (name != "function" && name != "custom") fields_.provider_tools = true;
    return simdjson::SUCCESS;
  });
}

simdjson::error_code FieldReader::read_provider_tool(value& at) {
  json_type type;
  if (auto error = at.type().get(type)) return error;
  // An empty object asks for the tool with nothing set; an empty list asks for none.
  const bool no_tools = type == json_type::array && body_[skip_blanks(body_, position() + 1)] == ']';
  if (type != json_type::null && !no_tools) fields_.provider_tools = true;
  return walk(at, 2);
}

simdjson::error_code FieldReader::read_background(value& at) {
  json_type type;
  if (auto error = at.type().get(type)) return error;
  if (type == json_type::boolean) {
    if (scalar(at).of(body_) == kTrue) fields_.changing_state = true;
  } else if (type != json_type::null) {
    fields_.unclear = true;
  }
  return walk(at, 2);
}

simdjson::error_code FieldReader::read_state(value& at) {
  json_type type;
  if (auto error = at.type().get(type)) return error;
  if (type != json_type::null) fields_.changing_state = true;
  return walk(at, 2);
}

simdjson::error_code FieldReader::read_prompt(value& at) {
  json_type type;
  if (auto error = at.type().get(type)) return error;
  if (type != json_type::object) return walk(at, 2);
  bool fixed = false;
  auto error = each_member(at, [&](std::string_view key, value& child, json_type kind) {
    if (key == "version" && kind == json_type::string) fixed = true;
    return walk(child, 3);
  });
  if (!fixed) fields_.changing_state = true;
  return error;
}

simdjson::error_code FieldReader::read_cache(value& at, std::size_t member_begin) {
  json_type type;
  if (auto error = at.type().get(type)) return error;
  if (type == json_type::array || type == json_type::object) {
    const auto begin = position();
    if (auto error = walk(at, 2)) return error;
    fields_.cache = {begin, trim_blanks(body_, position()) - begin};
  } else {
    fields_.cache = scalar(at);
  }
  fields_.cache_member = member_and_comma(member_begin, fields_.cache.begin + fields_.cache.size);
  return simdjson::SUCCESS;
}

// The comma after it; that before it where it is the last one; none where it is alone.
Span FieldReader::member_and_comma(std::size_t begin, std::size_t end) const {
  const auto next = skip_blanks(body_, end);
  if (next < body_.size() && body_[next] == ',') return {begin, next + 1 - begin};
  const auto before = trim_blanks(body_, begin);
  if (before > 0 && body_[before - 1] == ',') begin = before - 1;
  return {begin, end - begin};
}

}  // namespace

Result<RequestFields> read_json_fields(PaddedView body) {
  LendParser lent;
  simdjson::ondemand::document document;
  if (auto error = lent.open(body, document)) return not_json(error);
  simdjson::ondemand::object object;
  if (document.get_object().get(object)) {
    return malformed("The body must be a JSON object, such as {\"model\": …}.");
  }
  FieldReader reader(body.text, document);
  for (auto field : object) {
    if (auto read = reader.read(field); !read) return std::unexpected(std::move(read).error());
  }
  if (!at_end(document)) return malformed("The body goes on after its JSON object.");
  return reader.finish();
}

}  // namespace weir::wire
