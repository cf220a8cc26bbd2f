#include "config/problem.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace weir::config {
namespace {

constexpr std::size_t kLongestQuote = 60;
constexpr std::size_t kMostNames = 200;  // that are compared: a file may name ten thousand

bool is_plain_name(std::string_view name) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-<>";
  return !name.empty() && name.find_first_not_of(kLetters) == std::string_view::npos;
}

// Whole characters of UTF-8 only: a cut never leaves half of one.
std::string_view cut(std::string_view text) {
  auto is_continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  auto end = kLongestQuote;
  while (end > 0 && is_continuation(text[end])) --end;
  return text.substr(0, end);
}

}  // namespace

std::string to_string(const Problem& problem) {
  auto line = problem.place.line > 0
                  ? fmt::format("{}:{}:{}: ", problem.file, problem.place.line, problem.place.column)
                  : fmt::format("{}: ", problem.file);
  if (!problem.path.empty()) line += problem.path + ": ";
  return line + problem.text;
}

std::string in_quotes(std::string_view written) {
  bool is_long = written.size() > kLongestQuote;
  std::string out = "\"";
  for (char c : is_long ? cut(written) : written) {
    if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '\x7F') {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + (is_long ? "…\"" : "\"");
}

std::string path_of(std::string_view parent, std::string_view name) {
  auto written = is_plain_name(name) ? std::string(name) : in_quotes(name);
  return parent.empty() ? written : fmt::format("{}.{}", parent, written);
}

std::string with_nearest(std::string text, std::string_view wanted, std::span<const std::string> names) {
  auto nearest = nearest_name(wanted, names.first(std::min(names.size(), kMostNames)));
  return nearest ? fmt::format("{} (did you mean {}?)", text, *nearest) : text;
}

}  // namespace weir::config
