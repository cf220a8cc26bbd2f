// host[:port] as Host and absolute targets carry it (RFC 3986 3.2, RFC 9110 7.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::http {

struct Authority {
  std::string_view host;              // an IPv6 address without its brackets
  std::optional<std::uint16_t> port;  // nullopt when not given, or given empty
};

// nullopt when `text` is no host with an optional port. User names are refused (RFC 9110 4.2.4), and so is
// percent-encoding, which no host that can be dialled needs. The address in brackets is not checked to be
// one.
std::optional<Authority> parse_authority(std::string_view text);

}  // namespace weir::http
