// HOST and HOST:PORT as they stand in a listen address or a URL (RFC 3986 section 3.2), and whose network a
// host is on. No look-ups: a name is judged by how it is written.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace weir::config {

struct Authority {
  std::string host;  // lower case; an IPv6 address stands without brackets
  std::optional<std::uint16_t> port;
};

// "127.0.0.1:4000", "[::1]:4000", "localhost". An error is a sentence's end: "has a port that is …".
std::expected<Authority, std::string> parse_authority(std::string_view text);

// The host and port as they are written: an IPv6 address gets its brackets.
std::string format_host_port(std::string_view host, std::uint16_t port);

// 127.0.0.0/8, ::1 and localhost (RFC 1122, 4291, 6761).
bool is_loopback_host(std::string_view host);

// Loopback, private and link-local addresses (RFC 1918, 3927, 4193, 4291), and names that only a local
// network knows: without a dot, or under localhost, local, internal or home.arpa (RFC 6761, 6762, 8375).
bool is_private_host(std::string_view host);

}  // namespace weir::config
