// Connections in memory: two Sockets, one at each end, that behave like TCP without a kernel.
#pragma once

#include <utility>

#include "runtime/socket.h"

namespace weir::runtime {

// Bytes that one end may have written and the other not yet read; a writer waits beyond it.
inline constexpr std::size_t kSimulatedWindow = 64 * 1024;

// Both ends belong to `loop`'s thread. When the second resets the connection, the first reads what had come,
// and then gets this error: `tls`, for one, stands for encryption that breaks.
std::pair<Socket, Socket> simulated_connection(Loop& loop, IoError::Kind broken = IoError::Kind::reset);

}  // namespace weir::runtime
