// Why a message is refused.
#pragma once

#include <string>

namespace weir::http {

struct Rejection {
  int status = 400;    // what the peer of a server is told; 502 for what an upstream sent
  std::string reason;  // a sentence for the caller; holds no bytes of the message but short safe tokens
  bool operator==(const Rejection&) const = default;
};

}  // namespace weir::http
