// What is wrong with a configuration, and where: `weir.yaml:3:9: log.level: "loud" is not one of …`.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weir::config {

// Counted from 1, in lines and characters; 0 where it isn't known.
struct Place {
  int line = 0;
  int column = 0;
};

struct Problem {
  std::string file;
  Place place;
  std::string path;  // the setting: `providers.openai.keys[0].value`; empty if it is the whole file
  std::string text;  // what is wrong and what to do; never a secret
};

// FILE:LINE:COL: key.path: what is wrong
std::string to_string(const Problem& problem);

// What a person wrote, safe to print: in double quotes, control characters escaped, cut when long.
std::string in_quotes(std::string_view written);

// The path of `name` inside `parent`: `models.sim-1`, `models."openai/*"`.
std::string path_of(std::string_view parent, std::string_view name);

// `text` with ` (did you mean …?)` after it if one of `names` (of the first 200) is near to `wanted`.
std::string with_nearest(std::string text, std::string_view wanted, std::span<const std::string> names);

}  // namespace weir::config
