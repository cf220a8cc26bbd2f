#include "http/url.h"

#include <arpa/inet.h>

#include <array>
#include <optional>

#include "base/try.h"
#include "http/authority.h"
#include "http/characters.h"

namespace weir::http {
namespace {

constexpr std::uint16_t default_port(Url::Scheme scheme) { return scheme == Url::Scheme::http ? 80 : 443; }

std::optional<Url::Scheme> take_scheme(std::string_view& text) {
  for (const auto& [prefix, scheme] : {std::pair{std::string_view("http://"), Url::Scheme::http},
                                       std::pair{std::string_view("https://"), Url::Scheme::https}}) {
    if (!same_ignoring_case(text.substr(0, prefix.size()), prefix)) continue;
    text.remove_prefix(prefix.size());
    return scheme;
  }
  return std::nullopt;
}

bool is_ipv6(const std::string& text) {
  std::array<unsigned char, 16> address{};
  return inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

bool well_escaped(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    const std::string_view digits = text.substr(at + 1, 2);
    if (digits.size() != 2 || !all_are(kHexDigit, digits)) return false;
  }
  return true;
}

std::unexpected<std::string> wrong(const char* sentence) { return std::unexpected<std::string>(sentence); }

}  // namespace

std::string Url::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(scheme)) text += ":" + std::to_string(port);
  return text;
}

std::expected<Url, std::string> parse_base_url(std::string_view text) {
  const auto scheme = take_scheme(text);
  if (!scheme) return wrong("the URL must begin with http:// or https://");
  if (text.find('#') != std::string_view::npos) return wrong("the URL must not have a fragment (#…)");
  if (text.find('?') != std::string_view::npos) return wrong("the URL must not have a query (?…)");
  const std::string_view where = text.substr(0, text.find('/'));
  if (where.find('@') != std::string_view::npos) {
    return wrong("the URL must not have a user name or password; give credentials as keys");
  }
  if (where.empty()) return wrong("the URL has no host");
  const auto authority = parse_authority(where);
  if (!authority)
    return wrong("the URL's host must be a name or an address, with an optional port from 1 to 65535");
  if (authority->port == 0) return wrong("the URL's port must be from 1 to 65535");

  Url url{.scheme = *scheme,
          .host = std::string(authority->host),
          .port = authority->port.value_or(default_port(*scheme)),
          .path = std::string(text.substr(where.size()))};
  for (char& c : url.host) c = lower(c);
  if (where.starts_with('[') && !is_ipv6(url.host)) return wrong("the URL's host is not an IPv6 address");
  while (url.path.ends_with('/')) url.path.pop_back();
  if (!all_are(kTarget, url.path) || !well_escaped(url.path)) {
    return wrong("the URL's path holds a character that must be percent-encoded");
  }
  return url;
}

}  // namespace weir::http
