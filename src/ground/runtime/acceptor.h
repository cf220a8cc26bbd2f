// Listens on an address and hands over the connections that come.
#pragma once

#include <netinet/in.h>

#include <string>

#include "runtime/socket.h"

namespace weir::runtime {

// The other end's address.
struct PeerAddress {
  std::array<std::uint8_t, 16> bytes{};  // IPv4 as ::ffff:a.b.c.d
  bool operator==(const PeerAddress&) const = default;
  bool is_loopback() const;
  std::string text() const;
};

struct Accepted {
  Socket socket;
  PeerAddress peer;
};

// A listening socket on one loop. Several may share an address, one for each loop (SO_REUSEPORT): the kernel
// spreads the connections. One thread.
class Acceptor {
 public:
  class Listening;
  struct AcceptAttempt;
  using AcceptOperation = Operation<Accepted, AcceptAttempt>;

  // Port 0 takes a free one (see port()). Fails with a sentence for people: in use, not permitted, no such
  // host.
  static Io<Acceptor> listen(Loop& loop, const std::string& host, std::uint16_t port);

  // Whether somebody else listens there already. With SO_REUSEPORT the kernel would let a second process in,
  // and give each a part of the connections.
  static Io<void> check_free(const std::string& host, std::uint16_t port);

  Acceptor(Acceptor&&) noexcept;
  Acceptor& operator=(Acceptor&&) noexcept;
  ~Acceptor();

  std::uint16_t port() const;

  // The next connection. Fails with cancelled, timed_out, or exhausted while there are no descriptors left.
  AcceptOperation accept(const Until& until);
  // One that waits already, or nothing.
  std::optional<Accepted> accept_waiting();

 private:
  explicit Acceptor(std::unique_ptr<Listening> listening);
  std::unique_ptr<Listening> listening_;
};

struct Acceptor::AcceptAttempt {
  Listening& listening;
  std::optional<Io<Accepted>> operator()() const;
};

}  // namespace weir::runtime

namespace weir {
using runtime::PeerAddress;
}  // namespace weir
