// Where an upstream lives: a base URL as a configuration writes it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace weir::http {

struct Url {
  enum class Scheme { http, https };
  Scheme scheme = Scheme::https;
  std::string host;        // lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;  // the scheme's own when the text named none
  std::string path;        // empty, or starts with '/' and does not end with one
  bool operator==(const Url&) const = default;

  // For the Host field: brackets around an IPv6 address, the port where it is not the scheme's own.
  std::string authority() const;
};

// Reads http:// and https:// URLs of a host, an optional port and an optional path; trailing slashes are
// trimmed. The error is a sentence that says what is wrong; it does not repeat the text, which may hold a
// password.
std::expected<Url, std::string> parse_base_url(std::string_view text);

}  // namespace weir::http
