#include "runtime/io_error.h"

#include <cerrno>
#include <system_error>

namespace weir::runtime {

std::string_view name_of(IoError::Kind kind) {
  switch (kind) {
    case IoError::Kind::timed_out:
      return "timed out";
    case IoError::Kind::cancelled:
      return "cancelled";
    case IoError::Kind::closed:
      return "closed by the other side";
    case IoError::Kind::reset:
      return "connection reset";
    case IoError::Kind::refused:
      return "connection refused";
    case IoError::Kind::unreachable:
      return "unreachable";
    case IoError::Kind::unresolved:
      return "name not found";
    case IoError::Kind::tls:
      return "TLS failed";
    case IoError::Kind::exhausted:
      return "out of descriptors or memory";
  }
  return "unknown";
}

IoError io_error(int error_number) {
  auto kind = IoError::Kind::unreachable;
  switch (error_number) {
    case ECONNRESET:
    case EPIPE:
    case ENOTCONN:
    case ECONNABORTED:
      kind = IoError::Kind::reset;
      break;
    case ECONNREFUSED:
      kind = IoError::Kind::refused;
      break;
    case ETIMEDOUT:
      kind = IoError::Kind::timed_out;
      break;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      kind = IoError::Kind::exhausted;
      break;
    default:
      break;
  }
  return {kind, std::system_category().message(error_number)};
}

}  // namespace weir::runtime
