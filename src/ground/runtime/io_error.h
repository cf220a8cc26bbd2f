// What can go wrong between two sockets, as a value.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace weir::runtime {

struct IoError {
  enum class Kind : std::uint8_t {
    timed_out,    // the Until's deadline passed
    cancelled,    // the Until's cancellation was used; its reason says why
    closed,       // the other side ended the connection properly, but too early
    reset,        // the other side, or the network, broke the connection
    refused,      // nobody listens there
    unreachable,  // no way to there, or no answer from there
    unresolved,   // the name has no address
    tls,          // no agreement on encryption, or the certificate is not good
    exhausted,    // out of descriptors or memory
  };
  Kind kind;
  std::string detail = {};  // for people: what the system or the TLS library said; never a secret
};

std::string_view name_of(IoError::Kind kind);

// From an errno value of a socket call.
IoError io_error(int error_number);

template <class T>
using Io = std::expected<T, IoError>;

inline std::unexpected<IoError> failed(IoError::Kind kind, std::string detail = {}) {
  return std::unexpected(IoError{kind, std::move(detail)});
}

}  // namespace weir::runtime

namespace weir {
using runtime::Io;
using runtime::IoError;
}  // namespace weir
