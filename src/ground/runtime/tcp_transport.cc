#include "runtime/tcp_transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

namespace weir::runtime {

void prepare_stream_socket(int descriptor) {
  int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

TcpTransport::TcpTransport(Loop& loop, Descriptor descriptor)
    : Transport(loop), descriptor_(std::move(descriptor)) {
  set_readable(false);  // until the kernel says so: a new connection costs no read in vain
  loop.watch(descriptor_.number(), *this);
}

std::optional<Io<std::size_t>> TcpTransport::try_read(std::span<char> into) {
  ssize_t n = recv(descriptor_.number(), into.data(), into.size(), 0);
  if (n > 0) {
    // A short read has emptied the socket (epoll(7)), so the next one may wait for news without asking the
    // kernel; but no further news comes after the end.
    if (static_cast<std::size_t>(n) < into.size() && !peer_gone()) set_readable(false);
    return static_cast<std::size_t>(n);
  }
  if (n == 0) return std::size_t{0};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
    set_readable(false);
    return std::nullopt;
  }
  return std::unexpected(io_error(errno));
}

std::optional<Io<void>> TcpTransport::try_write(UnsentParts& parts) {
  while (!parts.done()) {
    std::array<iovec, UnsentParts::kMost> vectors;
    std::size_t count = 0;
    for (auto part : parts.parts()) vectors[count++] = {const_cast<char*>(part.data()), part.size()};
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    ssize_t n = sendmsg(descriptor_.number(), &message, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
      return std::unexpected(io_error(errno));
    }
    parts.advance(static_cast<std::size_t>(n));
  }
  return Io<void>{};
}

void TcpTransport::shutdown_write() { ::shutdown(descriptor_.number(), SHUT_WR); }

void TcpTransport::reset() {
  linger hard{.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor_.number(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

std::optional<Io<void>> TcpTransport::connected() const {
  if (!writable_ && !peer_gone()) return std::nullopt;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(descriptor_.number(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return std::unexpected(io_error(error));
  return Io<void>{};
}

void TcpTransport::on_events(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) writable_ = true;
  if ((events & EPOLLIN) != 0) set_readable(true);
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) note_peer_gone();
  progress();
}

}  // namespace weir::runtime
