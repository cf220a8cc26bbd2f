#include "config/address.h"

#include "base/try.h"

namespace weir::config {

std::expected<ListenAddress, std::string> ListenAddress::parse(std::string_view text) {
  auto authority = TRY(parse_authority(text));
  if (!authority.port) return std::unexpected("has no port; write HOST:PORT, such as 127.0.0.1:4000");
  return ListenAddress{authority.host, *authority.port};
}

}  // namespace weir::config
