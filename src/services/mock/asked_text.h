// The text of a request, from wherever its dialect may put it.
#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "wire/paths.h"

namespace weir::mock {

// Collects text and counts tokens. A text is itself; a list is all of its items; an object is its `text`, or
// else its `content`, or else its `output`; a number is one token. Deeper than 16 levels nothing counts.
struct CollectedText {
  std::string text;
  std::uint64_t tokens = 0;
  void add(const nlohmann::json& value, int depth = 0);
};

// The fields of `body` that hold the prompt of a request to `path`.
CollectedText collect_prompt(const wire::RelayedPath& path, const nlohmann::json& body);

// The text of the last message alone.
std::string last_message(const wire::RelayedPath& path, const nlohmann::json& body);

}  // namespace weir::mock
