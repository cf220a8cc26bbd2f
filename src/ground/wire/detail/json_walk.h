// Walking through a JSON document once, on demand: what those who read one share.
//
// Values go by reference: copying one right after it was made waits for the processor's own stores, and took
// a third of the time. Only included where simdjson is compiled for the processor's vectors (see
// CMakeLists.txt).
#pragma once

#include <simdjson.h>

#include <string_view>

#include "wire/request_fields.h"

namespace weir::wire {

using simdjson::ondemand::json_type;
using simdjson::ondemand::value;

// This thread's parser, for as long as this lives. A parser keeps its working memory, about five times the
// largest document; a rare giant's is given back.
class LendParser {
 public:
  LendParser() = default;
  LendParser(const LendParser&) = delete;
  LendParser& operator=(const LendParser&) = delete;
  ~LendParser() {
    constexpr std::size_t kKeep = std::size_t{1} << 20;
    if (parser().capacity() > kKeep) parser() = simdjson::ondemand::parser();
  }
  simdjson::error_code open(PaddedView text, simdjson::ondemand::document& document) {
    return parser().iterate(text.text.data(), text.text.size(), text.text.size() + kPadding).get(document);
  }

 private:
  static simdjson::ondemand::parser& parser() {
    thread_local simdjson::ondemand::parser kept;
    return kept;
  }
};

inline bool at_end(simdjson::ondemand::document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

// Calls `visit(key, child, type)`, which gives an error_code, for each member of the object `at`.
template <class Visit>
simdjson::error_code each_member(value& at, Visit visit) {
  simdjson::ondemand::object object;
  if (auto error = at.get_object().get(object)) return error;
  for (auto field : object) {
    std::string_view key;
    value child;
    json_type type;
    if (auto error = field.unescaped_key().get(key)) return error;
    if (auto error = field.value().get(child)) return error;
    if (auto error = child.type().get(type)) return error;
    if (auto error = visit(key, child, type)) return error;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code walk(value& at, int depth);

inline simdjson::error_code walk_children(value& at, json_type type, int depth) {
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

// Visits everything below `at`, which stands `depth` deep, so that its structure is checked and its depth
// known.
inline simdjson::error_code walk(value& at, int depth) {
  json_type type;
  if (auto error = at.type().get(type)) return error;
  if (type == json_type::array || type == json_type::object) return walk_children(at, type, depth);
  return simdjson::SUCCESS;
}

}  // namespace weir::wire
