// Where weir listens: HOST:PORT.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "config/authority.h"

namespace weir::config {

struct ListenAddress {
  std::string host = "127.0.0.1";  // a name or an address; IPv6 without brackets
  std::uint16_t port = 4000;       // 0: any free one

  // "127.0.0.1:4000", "[::1]:4000", "localhost:4000". An error is a sentence's end: "has no port; …".
  static std::expected<ListenAddress, std::string> parse(std::string_view text);

  // Whether only programs on this machine can call. A name other than localhost counts as reachable.
  bool is_loopback() const { return is_loopback_host(host); }

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

inline std::string to_string(const ListenAddress& address) {
  return format_host_port(address.host, address.port);
}

}  // namespace weir::config
