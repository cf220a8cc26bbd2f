#include "runtime/dialer.h"

#include <cerrno>

#include "base/try.h"
#include "runtime/tcp_transport.h"

namespace weir::runtime {
namespace {

// The outcome of a connect() under way.
struct ConnectAttempt {
  TcpTransport& transport;
  std::optional<Io<void>> operator()() const { return transport.connected(); }
};

}  // namespace

Task<Io<Socket>> NetworkDialer::connect(const SocketAddress& address, Until until) {
  Descriptor descriptor(socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!descriptor) co_return std::unexpected(io_error(errno));
  prepare_stream_socket(descriptor.number());
  int outcome =
      ::connect(descriptor.number(), reinterpret_cast<const sockaddr*>(&address.storage), address.size);
  if (outcome != 0 && errno != EINPROGRESS) co_return std::unexpected(io_error(errno));
  auto transport = std::make_unique<TcpTransport>(loop_, std::move(descriptor));
  TcpTransport& connecting = *transport;
  Socket opened(std::move(transport));
  if (outcome != 0) {
    CO_TRY(co_await Operation<void, ConnectAttempt>(connecting.writer, loop_, until, {connecting}));
  }
  co_return std::move(opened);
}

Task<Io<Socket>> NetworkDialer::dial(const Destination& to, Until until) {
  auto addresses = CO_TRY(co_await resolver_.resolve(to.host, to.port, until));
  Io<Socket> opened = failed(IoError::Kind::unresolved);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    auto share = (until.deadline - loop_.now()) / static_cast<std::int64_t>(addresses.size() - i);
    opened = co_await connect(addresses[i], until.at_most(loop_.now() + share));
    if (opened || opened.error().kind == IoError::Kind::cancelled) break;
  }
  if (!opened || !to.encrypted) co_return opened;
  co_return co_await connect_tls(*std::move(opened), tls_, to.host, until);
}

}  // namespace weir::runtime
