#include "provider/pool.h"

#include "base/try.h"

namespace weir::provider {

void Pool::close_stale() {
  std::erase_if(idle_, [&](const auto& kept) {
    return kept->http.socket().peer_gone() || loop_.now() - kept->idle_since_ > kKeepIdle;
  });
}

std::unique_ptr<PooledConnection> Pool::take_idle() {
  while (!idle_.empty()) {
    auto newest = std::move(idle_.back());
    idle_.pop_back();
    if (!newest->http.socket().peer_gone() && loop_.now() - newest->idle_since_ <= kKeepIdle) return newest;
  }
  return nullptr;
}

Task<Io<std::unique_ptr<PooledConnection>>> Pool::open(Until until) {
  close_stale();
  if (!count_.take())
    co_return runtime::failed(IoError::Kind::exhausted, "as many connections as may be are open");
  auto socket = co_await dialer_.dial(to_, until);
  if (!socket) {
    count_.give_back();
    co_return std::unexpected(std::move(socket).error());
  }
  co_return std::make_unique<PooledConnection>(*std::move(socket), count_);
}

void Pool::put_back(std::unique_ptr<PooledConnection> connection) {
  if (!connection->http.reusable() || idle_.size() >= limits_.idle) return;
  connection->idle_since_ = loop_.now();
  connection->used = true;
  idle_.push_back(std::move(connection));
}

}  // namespace weir::provider
