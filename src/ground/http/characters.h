// Which bytes may stand where in HTTP/1.1: the grammars of RFC 9110 5.6 and RFC 3986 as lookup tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::http {

// One bit for each class a byte can belong to.
enum CharacterClass : std::uint8_t {
  kToken = 1,  // RFC 9110 5.6.2: methods, field names, chunk extensions
  kValue = 2,  // field values: HTAB, SP, visible ASCII and obs-text (RFC 9110 5.5)
  kTarget =
      4,      // request targets: RFC 3986 without '#', with '[' and ']', which clients leave bare in queries
  kHost = 8,  // a registered name: unreserved and sub-delims (RFC 3986 3.2.2), without percent-encoding
  kDigit = 16,     // 0-9
  kHexDigit = 32,  // 0-9 a-f A-F
};

namespace detail {
constexpr bool any_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

constexpr std::array<std::uint8_t, 256> character_classes() {
  std::array<std::uint8_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool digit = c >= '0' && c <= '9';
    const bool alnum = digit || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool name = alnum || any_of(c, "-._~!$&'()*+,;=");
    unsigned classes = 0;
    if (alnum || any_of(c, "!#$%&'*+-.^_`|~")) classes |= kToken;
    if (i == '\t' || (i >= 0x20 && i != 0x7f)) classes |= kValue;
    if (name || any_of(c, ":@/?%[]")) classes |= kTarget;
    if (name) classes |= kHost;
    if (digit) classes |= kDigit;
    if (digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) classes |= kHexDigit;
    table[i] = static_cast<std::uint8_t>(classes);
  }
  return table;
}
inline constexpr auto kClasses = character_classes();
}  // namespace detail

constexpr bool is(CharacterClass of, char c) {
  return (detail::kClasses[static_cast<unsigned char>(c)] & of) != 0;
}

constexpr bool all_are(CharacterClass of, std::string_view text) {
  for (const char c : text) {
    if (!is(of, c)) return false;
  }
  return true;
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// Equal but for the case of ASCII letters.
constexpr bool same_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

// `text` without spaces and tabs at its ends (OWS, RFC 9110 5.6.3).
constexpr std::string_view without_outer_space(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace weir::http
