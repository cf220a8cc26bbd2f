// Where a provider is reached: http:// or https://, a host, and a path that its calls start with.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "config/authority.h"

namespace weir::config {

enum class Scheme { http, https };

struct BaseUrl {
  Scheme scheme = Scheme::https;
  std::string host;  // lower case, IPv6 without brackets; empty: not given
  std::uint16_t port = 443;
  std::string path;  // "" or "/v1": never ends in a slash

  // RFC 3986, without userinfo, query and fragment. An error is a sentence's end: "must start with …".
  static std::expected<BaseUrl, std::string> parse(std::string_view text);

  bool given() const { return !host.empty(); }
  // A server on our own machine or network, which usually asks for no key.
  bool is_private() const { return is_private_host(host); }

  friend bool operator==(const BaseUrl&, const BaseUrl&) = default;
};

// As one would write it: the port only where it isn't the scheme's own.
std::string to_string(const BaseUrl& url);

}  // namespace weir::config
