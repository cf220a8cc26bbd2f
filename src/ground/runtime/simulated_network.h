// Connections in memory: two Sockets, one at each end, that behave like TCP without a kernel.
#pragma once

#include <utility>

#include "runtime/socket.h"

namespace weir::runtime {

// Bytes that one end may have written and the other not yet read; a writer waits beyond it.
inline constexpr std::size_t kSimulatedWindow = 64 * 1024;

// Both ends belong to `loop`'s thread.
std::pair<Socket, Socket> simulated_connection(Loop& loop);

}  // namespace weir::runtime
