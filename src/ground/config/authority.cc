#include "config/authority.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <limits>

#include <fmt/core.h>

#include "base/text.h"
#include "base/try.h"

namespace weir::config {
namespace {

constexpr std::string_view kNameLetters = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
constexpr std::size_t kLongestHost = 253;  // RFC 1035 section 2.3.4, in presentation form

using V4 = std::array<std::uint8_t, 4>;
using V6 = std::array<std::uint8_t, 16>;

std::optional<V4> as_v4(std::string_view host) {
  V4 bytes{};
  if (inet_pton(AF_INET, std::string(host).c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::optional<V6> as_v6(std::string_view host) {
  V6 bytes{};
  if (inet_pton(AF_INET6, std::string(host).c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::expected<std::uint16_t, std::string> parse_port(std::string_view text) {
  std::uint32_t port = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stopped != end || port > std::numeric_limits<std::uint16_t>::max()) {
    return std::unexpected("has a port that is not a number from 0 to 65535");
  }
  return static_cast<std::uint16_t>(port);
}

std::expected<std::string, std::string> parse_name_or_v4(std::string_view text) {
  auto host = lowered(text);
  if (host.empty()) return std::unexpected("has no host");
  if (host.size() > kLongestHost || host.find_first_not_of(kNameLetters) != std::string::npos) {
    return std::unexpected("has a host that is neither a name nor an address");
  }
  // Numbers and dots that are no address ("127.1") would be taken for one by some resolvers.
  bool looks_like_v4 = host.find_first_not_of(".0123456789") == std::string::npos;
  if (looks_like_v4 && !as_v4(host)) return std::unexpected("has a host that is not a whole IPv4 address");
  return host;
}

bool is_private_v4(const V4& a) {
  return a[0] == 127 || a[0] == 10 || (a[0] == 172 && (a[1] & 0xF0) == 16) || (a[0] == 192 && a[1] == 168) ||
         (a[0] == 169 && a[1] == 254);
}

bool is_loopback_v6(const V6& a) { return a == V6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}; }

bool is_private_v6(const V6& a) {
  return is_loopback_v6(a) || (a[0] & 0xFE) == 0xFC || (a[0] == 0xFE && (a[1] & 0xC0) == 0x80);
}

}  // namespace

std::expected<Authority, std::string> parse_authority(std::string_view text) {
  Authority authority;
  std::string_view rest;
  if (text.starts_with('[')) {
    auto close = text.find(']');
    auto host = text.substr(1, close == std::string_view::npos ? close : close - 1);
    if (close == std::string_view::npos || !as_v6(host)) {
      return std::unexpected("has a host in brackets that is not an IPv6 address");
    }
    authority.host = lowered(host);
    rest = text.substr(close + 1);
    if (!rest.empty() && !rest.starts_with(':')) return std::unexpected("goes on after its host");
  } else {
    if (as_v6(text)) return std::unexpected("is an IPv6 address without brackets; write [::1] or [::1]:4000");
    auto colon = text.find(':');
    authority.host = TRY(parse_name_or_v4(text.substr(0, colon)));
    if (colon != std::string_view::npos) rest = text.substr(colon);
  }
  if (!rest.empty()) authority.port = TRY(parse_port(rest.substr(1)));
  return authority;
}

std::string format_host_port(std::string_view host, std::uint16_t port) {
  bool is_v6 = host.find(':') != std::string_view::npos;
  return is_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

bool is_loopback_host(std::string_view host) {
  if (auto v4 = as_v4(host)) return v4->front() == 127;
  if (auto v6 = as_v6(host)) return is_loopback_v6(*v6);
  return host == "localhost" || host.ends_with(".localhost");
}

bool is_private_host(std::string_view host) {
  if (auto v4 = as_v4(host)) return is_private_v4(*v4);
  if (auto v6 = as_v6(host)) return is_private_v6(*v6);
  if (host.empty()) return false;
  if (host.find('.') == std::string_view::npos) return true;
  return host.ends_with(".localhost") || host.ends_with(".local") || host.ends_with(".internal") ||
         host.ends_with(".home.arpa");
}

}  // namespace weir::config
