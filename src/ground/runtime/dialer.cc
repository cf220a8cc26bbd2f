#include "runtime/dialer.h"

#include <cerrno>

#include "base/try.h"
#include "runtime/tcp_transport.h"

namespace weir::runtime {
namespace {

// Waits until a connect() under way has an outcome.
class Connecting final : PendingOperation {
 public:
  Connecting(TcpTransport& transport, const Until& until) : transport_(transport), until_(until) {}
  Connecting(const Connecting&) = delete;
  Connecting& operator=(const Connecting&) = delete;
  ~Connecting() {
    if (transport_.writer == this) transport_.writer = nullptr;
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> coroutine) {
    transport_.writer = this;
    waiter_.suspend(coroutine, transport_.loop(), until_);
  }
  Io<void> await_resume() {
    if (result_) return *std::move(result_);
    return std::unexpected(interrupted(waiter_.result()));
  }

 private:
  void on_progress() override {
    if (!waiter_.suspended()) return;
    result_ = transport_.connected();
    if (result_) waiter_.wake(Wake::ready);
  }

  TcpTransport& transport_;
  Until until_;
  std::optional<Io<void>> result_;
  Waiter waiter_;
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
  if (outcome != 0) CO_TRY(co_await Connecting(connecting, until));
  co_return std::move(opened);
}

Task<Io<Socket>> NetworkDialer::dial(const Destination& to, Until until) {
  auto addresses = CO_TRY(co_await resolver_.resolve(to.host, to.port, until));
  Io<Socket> opened = failed(IoError::Kind::unresolved, to.host);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    auto share = (until.deadline - loop_.now()) / static_cast<std::int64_t>(addresses.size() - i);
    opened = co_await connect(addresses[i], until.at_most(loop_.now() + share));
    if (opened || opened.error().kind == IoError::Kind::cancelled) break;
  }
  if (!opened || !to.encrypted) co_return opened;
  co_return co_await connect_tls(*std::move(opened), tls_, to.host, until);
}

}  // namespace weir::runtime
