// Pieces that log lines and traces are put together of, appended to one string without any other memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/json_string.h"

namespace weir::reporter {

// Lower case, two digits a byte.
inline void append_hex(std::string& out, std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

// As append_json_string, and quick where `name` is as nearly every configured name: plain ASCII.
inline void append_json_name(std::string& out, std::string_view name) {
  bool odd = false;
  // To its end, whatever was found: so it looks at sixteen at a time. What is not ASCII is negative here.
  for (signed char c : name) odd |= (c < ' ') | (c == '"') | (c == '\\');
  if (odd) return append_json_string(out, name);
  out += '"';
  out += name;
  out += '"';
}

}  // namespace weir::reporter
