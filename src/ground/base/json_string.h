// Writing text into JSON (RFC 8259 section 7). Whole documents are read with simdjson.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

inline std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace weir
