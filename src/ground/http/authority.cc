#include "http/authority.h"

#include <charconv>

#include "http/characters.h"

namespace weir::http {
namespace {

constexpr std::size_t kMostHost = 255;  // RFC 1035 2.3.4

// Hex digits, colons and dots between brackets.
bool looks_like_ipv6(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (!is(kHexDigit, c) && c != ':' && c != '.') return false;
  }
  return true;
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text) {
  Authority authority;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    authority.host = text.substr(1, close - 1);
    if (!looks_like_ipv6(authority.host)) return std::nullopt;
    text.remove_prefix(close + 1);
  } else {
    authority.host = text.substr(0, text.find(':'));
    if (authority.host.empty() || !all_are(kHost, authority.host)) return std::nullopt;
    text.remove_prefix(authority.host.size());
  }
  if (authority.host.size() > kMostHost) return std::nullopt;
  if (text.empty()) return authority;
  if (text.front() != ':') return std::nullopt;
  text.remove_prefix(1);
  if (text.empty()) return authority;

  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  authority.port = port;
  return authority;
}

}  // namespace weir::http
