// How the end of a message's body is known (RFC 9112 6.3).
#pragma once

#include <cstdint>

namespace weir::http {

struct BodyFraming {
  enum class Kind {
    none,         // no body, or one of no bytes
    length,       // exactly `length` bytes, at least one
    chunked,      // chunks, see chunked.h
    until_close,  // all bytes until the server closes; only in responses
  };
  Kind kind = Kind::none;
  std::uint64_t length = 0;  // 0 unless `kind` is length
  bool operator==(const BodyFraming&) const = default;
};

}  // namespace weir::http
