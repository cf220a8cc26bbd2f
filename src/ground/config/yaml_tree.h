// A YAML text as a tree of plain values, each with the place where it stands. The only file that knows the
// YAML library.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.h"

namespace weir::config {

struct YamlNode {
  enum class Kind { nothing, scalar, list, map };

  Kind kind = Kind::nothing;
  std::string text;  // of a scalar, as written
  // A list's items, or a map's values in the order of the file, repeated keys included.
  std::vector<YamlNode> children;
  std::string key;  // of a map's value
  Place key_place;
  Place place;  // where a scalar begins; the key's, of anything else that has one
};

struct YamlError {
  Place place;
  std::string text;
};

// YAML 1.2 of one document, without aliases (they let a small file stand for a huge one), tags and control
// characters, at most 1 MiB, 100,000 values and 100 levels deep. An empty text is a node of kind `nothing`.
// Throws nothing, whatever the bytes.
std::expected<YamlNode, YamlError> parse_yaml(std::string_view text);

}  // namespace weir::config
