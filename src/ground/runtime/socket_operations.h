// What a Socket tries; included by socket.h, which explains it.
#pragma once

#include "runtime/socket.h"
#include "runtime/transport.h"

namespace weir::runtime {

struct Socket::ReadAttempt {
  Transport& transport;
  std::span<char> into;
  std::optional<Io<std::size_t>> operator()() const {
    if (!transport.readable()) return std::nullopt;
    return transport.try_read(into);
  }
};

struct Socket::ReadableAttempt {
  Transport& transport;
  std::optional<Io<void>> operator()() const {
    if (!transport.readable()) return std::nullopt;
    return Io<void>{};
  }
};

struct Socket::WriteAttempt {
  Transport& transport;
  UnsentParts unsent;
  std::optional<Io<void>> operator()() { return transport.try_write(unsent); }
};

// Ends the watch when destroyed. Must not outlive the socket.
class Socket::HangupWatch {
 public:
  HangupWatch(Transport& transport, Cancellation& cancellation);
  HangupWatch(const HangupWatch&) = delete;
  HangupWatch& operator=(const HangupWatch&) = delete;
  ~HangupWatch() { transport_.on_hangup = nullptr; }

 private:
  Transport& transport_;
};

}  // namespace weir::runtime
