#include "wire/request_fields.h"

#include <fmt/core.h>
#include <simdjson.h>

#include <utility>

#include "wire/errors.h"

namespace weir::wire {
namespace {

using simdjson::ondemand::json_type;
using simdjson::ondemand::value;

// A parser keeps its working memory, about five times the largest document; a rare giant's is given back.
class LendParser {
 public:
  LendParser() = default;
  LendParser(const LendParser&) = delete;
  LendParser& operator=(const LendParser&) = delete;
  ~LendParser() {
    constexpr std::size_t kKeep = std::size_t{1} << 20;
    if (parser().capacity() > kKeep) parser() = simdjson::ondemand::parser();
  }
  static simdjson::ondemand::parser& parser() {
    thread_local simdjson::ondemand::parser kept;
    return kept;
  }
};

bool at_end(simdjson::ondemand::document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

simdjson::error_code walk(value at, int depth);

simdjson::error_code walk_children(value at, json_type type, int depth) {
  if (depth > kDeepest) return simdjson::DEPTH_ERROR;
  if (type == json_type::array) {
    simdjson::ondemand::array array;
    if (auto error = at.get_array().get(array)) return error;
    for (auto element : array) {
      value child;
      if (auto error = element.get(child)) return error;
      if (auto error = walk(child, depth + 1)) return error;
    }
    return simdjson::SUCCESS;
  }
  simdjson::ondemand::object object;
  if (auto error = at.get_object().get(object)) return error;
  for (auto field : object) {
    value child;
    if (auto error = field.value().get(child)) return error;
    if (auto error = walk(child, depth + 1)) return error;
  }
  return simdjson::SUCCESS;
}

// Visits everything below `at`, so that its structure is checked and its depth known.
simdjson::error_code walk(value at, int depth) {
  json_type type;
  if (auto error = at.type().get(type)) return error;
  if (type == json_type::array || type == json_type::object) return walk_children(at, type, depth);
  return simdjson::SUCCESS;
}

std::unexpected<Failure> malformed(std::string message) {
  return failure(Failure::Kind::malformed_request, std::move(message));
}

std::unexpected<Failure> not_json(simdjson::error_code error) {
  if (error == simdjson::DEPTH_ERROR) {
    return malformed(fmt::format("The body is nested more than {} levels deep; flatten it.", kDeepest));
  }
  return malformed(fmt::format("The body is not valid JSON: {}", simdjson::error_message(error)));
}

struct Seen {
  bool model = false;
  bool stream = false;
};

Result<void> read_model(value at, PaddedView body, RequestFields& fields) {
  json_type type;
  if (auto error = at.type().get(type)) return not_json(error);
  if (type != json_type::string) return malformed("`model` must be a string: the name of a model.");
  std::string_view token = at.raw_json_token();
  fields.model_begin = static_cast<std::size_t>(token.data() - body.text.data());
  fields.model_size = token.find_last_of('"') + 1;
  std::string_view name;
  if (auto error = at.get_string().get(name)) return not_json(error);
  fields.model = name;
  return {};
}

Result<void> read_stream(value at, RequestFields& fields) {
  if (bool null = false; at.is_null().get(null) == simdjson::SUCCESS && null) return {};
  bool stream = false;
  if (at.get_bool().get(stream)) return malformed("`stream` must be true or false.");
  fields.mode = stream ? RequestFields::Mode::events : RequestFields::Mode::whole;
  return {};
}

Result<void> read_field(std::string_view key, value at, PaddedView body, Seen& seen, RequestFields& fields) {
  if (key == "model") {
    if (std::exchange(seen.model, true)) return malformed("`model` is there twice; give it once.");
    return read_model(at, body, fields);
  }
  if (key == "stream") {
    if (std::exchange(seen.stream, true)) return malformed("`stream` is there twice; give it once.");
    return read_stream(at, fields);
  }
  if (auto error = walk(at, 2)) return not_json(error);
  return {};
}

}  // namespace

Result<RequestFields> read_json_fields(PaddedView body) {
  LendParser lent;
  RequestFields fields;
  Seen seen;
  simdjson::ondemand::document document;
  auto& parser = LendParser::parser();
  if (auto error =
          parser.iterate(body.text.data(), body.text.size(), body.text.size() + kPadding).get(document)) {
    return not_json(error);
  }
  simdjson::ondemand::object object;
  if (document.get_object().get(object)) {
    return malformed("The body must be a JSON object, such as {\"model\": …}.");
  }
  for (auto field : object) {
    std::string_view key;
    value at;
    if (auto error = field.unescaped_key().get(key)) return not_json(error);
    if (auto error = field.value().get(at)) return not_json(error);
    if (auto read = read_field(key, at, body, seen, fields); !read)
      return std::unexpected(std::move(read).error());
  }
  if (!at_end(document)) return malformed("The body goes on after its JSON object.");
  if (!seen.model || fields.model.empty()) return malformed("`model` is missing: name the model to call.");
  return fields;
}

bool is_json(PaddedView body) {
  LendParser lent;
  simdjson::ondemand::document document;
  auto& parser = LendParser::parser();
  if (parser.iterate(body.text.data(), body.text.size(), body.text.size() + kPadding).get(document))
    return false;
  json_type type;
  if (document.type().get(type)) return false;
  if (type != json_type::array && type != json_type::object) {
    bool scalar = false;
    return document.is_scalar().get(scalar) == simdjson::SUCCESS && scalar;
  }
  value root;
  if (document.get_value().get(root)) return false;
  return walk_children(root, type, 1) == simdjson::SUCCESS && at_end(document);
}

}  // namespace weir::wire
