#include "runtime/acceptor.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/try.h"
#include "runtime/tcp_transport.h"

namespace weir::runtime {

bool PeerAddress::is_loopback() const {
  static constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  static constexpr std::array<std::uint8_t, 16> kLoopback6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) return bytes[12] == 127;
  return bytes == kLoopback6;
}

std::string PeerAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(AF_INET6, bytes.data(), buffer.data(), buffer.size());
  return buffer.data();
}

namespace {

PeerAddress peer_address(const sockaddr_storage& from) {
  PeerAddress peer;
  if (from.ss_family == AF_INET6) {
    std::memcpy(peer.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(from).sin6_addr, 16);
  } else if (from.ss_family == AF_INET) {
    peer.bytes[10] = peer.bytes[11] = 0xff;
    std::memcpy(&peer.bytes[12], &reinterpret_cast<const sockaddr_in&>(from).sin_addr, 4);
  }
  return peer;
}

enum class Sharing : std::uint8_t { alone, with_other_loops };

Io<Descriptor> listening_socket(const std::string& host, std::uint16_t port, Sharing sharing) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  // At start only, before any loop runs: the one look-up that may block.
  int outcome = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (outcome != 0) return failed(IoError::Kind::unresolved, gai_strerror(outcome));
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);
  const addrinfo& address = *addresses;
  Descriptor descriptor(socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!descriptor) return std::unexpected(io_error(errno));
  int on = 1;
  setsockopt(descriptor.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (sharing == Sharing::with_other_loops) {
    setsockopt(descriptor.number(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  }
  if (bind(descriptor.number(), address.ai_addr, address.ai_addrlen) != 0 ||
      ::listen(descriptor.number(), SOMAXCONN) != 0) {
    return std::unexpected(io_error(errno));
  }
  return descriptor;
}

}  // namespace

class Acceptor::Listening final : public Pollable {
 public:
  Listening(Loop& loop, Descriptor descriptor) : loop_(loop), descriptor_(std::move(descriptor)) {
    loop.watch(descriptor_.number(), *this);
  }

  // Nothing while no connection waits.
  std::optional<Io<Accepted>> try_accept() {
    while (true) {
      sockaddr_storage from{};
      socklen_t size = sizeof from;
      int number = accept4(descriptor_.number(), reinterpret_cast<sockaddr*>(&from), &size,
                           SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (number >= 0) {
        prepare_stream_socket(number);
        return Accepted{Socket(std::make_unique<TcpTransport>(loop_, Descriptor(number))),
                        peer_address(from)};
      }
      // The one connection's own trouble (accept(2)): it is gone, the next may be fine.
      if (errno == ECONNABORTED || errno == EPROTO || errno == EPERM || errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
      return std::unexpected(io_error(errno));
    }
  }

  void on_events(std::uint32_t) override {
    if (accepting != nullptr) accepting->on_progress();
  }

  Loop& loop() { return loop_; }
  int number() const { return descriptor_.number(); }
  PendingOperation* accepting = nullptr;

 private:
  Loop& loop_;
  Descriptor descriptor_;
};

Acceptor::Acceptor(std::unique_ptr<Listening> listening) : listening_(std::move(listening)) {}
Acceptor::Acceptor(Acceptor&&) noexcept = default;
Acceptor& Acceptor::operator=(Acceptor&&) noexcept = default;
Acceptor::~Acceptor() {
  if (!listening_) return;
  Loop& loop = listening_->loop();
  loop.retire(std::move(listening_));
}

Io<Acceptor> Acceptor::listen(Loop& loop, const std::string& host, std::uint16_t port) {
  auto descriptor = TRY(listening_socket(host, port, Sharing::with_other_loops));
  return Acceptor(std::make_unique<Listening>(loop, std::move(descriptor)));
}

Io<void> Acceptor::check_free(const std::string& host, std::uint16_t port) {
  TRY(listening_socket(host, port, Sharing::alone));
  return {};
}

std::uint16_t Acceptor::port() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(listening_->number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

std::optional<Io<Accepted>> Acceptor::AcceptAttempt::operator()() const { return listening.try_accept(); }

Acceptor::AcceptOperation Acceptor::accept(const Until& until) {
  return {listening_->accepting, listening_->loop(), until, AcceptAttempt{*listening_}};
}

std::optional<Accepted> Acceptor::accept_waiting() {
  auto result = listening_->try_accept();
  if (!result || !*result) return std::nullopt;
  return std::move(**result);
}

}  // namespace weir::runtime
