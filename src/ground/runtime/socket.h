// One end of a connection: TCP, TLS over TCP, or simulated in memory. Whoever holds a Socket does not see
// which.
//
//   auto n = CO_TRY(co_await socket.read(buffer, until));        // 0: the other side has ended its part
//   CO_TRY(co_await socket.write({head, body}, until));          // all of it, in as few system calls as
//   possible
//
// One thread (its loop's). One read and one write may be under way at a time, from different coroutines.
#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "runtime/io_error.h"
#include "runtime/operation.h"

namespace weir::runtime {

class Transport;

class Socket {
 public:
  struct ReadAttempt;
  struct ReadableAttempt;
  struct WriteAttempt;
  using ReadOperation = Operation<std::size_t, ReadAttempt>;
  using ReadableOperation = Operation<void, ReadableAttempt>;
  using WriteOperation = Operation<void, WriteAttempt>;
  class HangupWatch;
  static constexpr std::size_t kMostParts = 8;

  Socket();  // no connection
  explicit Socket(std::unique_ptr<Transport> transport);
  Socket(Socket&&) noexcept;
  Socket& operator=(Socket&&) noexcept;
  ~Socket();  // closes

  explicit operator bool() const { return transport_ != nullptr; }

  // Up to into.size() bytes as soon as there are any; 0 once the other side has ended its part.
  // Fails with timed_out, cancelled, reset or tls.
  ReadOperation read(std::span<char> into, const Until& until);

  // Waits until a read would give something, without a buffer meanwhile. It may still turn out to give
  // nothing yet.
  ReadableOperation readable(const Until& until);

  // Writes every byte of up to kMostParts parts, which stay the caller's and must stay until the end. Waits
  // while the other side does not read. After a failure an unknown part of them was sent.
  WriteOperation write(std::initializer_list<std::string_view> parts, const Until& until);
  WriteOperation write(std::span<const std::string_view> parts, const Until& until);

  // The other side has ended its part or broken the connection; known without a system call. Bytes that came
  // before may still be read.
  bool peer_gone() const;

  // While the watch lives, `cancellation` is used (client_gone) as soon as the peer is gone.
  [[nodiscard]] HangupWatch cancel_on_hangup(Cancellation& cancellation);

  // Ends our part: the other side reads the end after what was written.
  void shutdown_write();
  // Breaks the connection so that the other side notices (RST), and closes.
  void reset();
  void close();

  // Gives the connection up, for something to be put on top of it.
  std::unique_ptr<Transport> release() &&;

  // Encrypted connections only: what was agreed, for logs ("TLSv1.3"); otherwise empty.
  std::string_view protocol() const;

 private:
  std::unique_ptr<Transport> transport_;
};

}  // namespace weir::runtime

#include "runtime/socket_operations.h"  // IWYU pragma: export

namespace weir {
using runtime::Socket;
}  // namespace weir
