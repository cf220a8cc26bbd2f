// Connections to one provider that are open and idle, newest first.
#pragma once

#include <memory>
#include <vector>

#include "config/settings.h"
#include "http/client_connection.h"
#include "provider/shared.h"
#include "runtime/dialer.h"

namespace weir::provider {

// One connection, counted while it lives.
class PooledConnection {
 public:
  PooledConnection(Socket socket, ConnectionCount& count) : http(std::move(socket)), count_(count) {}
  PooledConnection(const PooledConnection&) = delete;
  PooledConnection& operator=(const PooledConnection&) = delete;
  ~PooledConnection() { count_.give_back(); }

  http::ClientConnection http;
  // It has carried a call before, so it may have died since.
  bool used = false;

 private:
  friend class Pool;
  ConnectionCount& count_;
  TimePoint idle_since_{};
};

// One loop's.
class Pool {
 public:
  // Providers and their load balancers close idle connections after a minute or more.
  static constexpr Duration kKeepIdle = std::chrono::seconds(55);

  Pool(Loop& loop, runtime::Dialer& dialer, runtime::Destination to,
       const config::ProviderConnections& limits, ConnectionCount& count)
      : loop_(loop), dialer_(dialer), to_(std::move(to)), limits_(limits), count_(count) {}

  // The connection used last, if it is still good; nullptr when none is kept.
  std::unique_ptr<PooledConnection> take_idle();
  // A new one. Fails as Dialer::dial, and with exhausted when as many are open as may be.
  Task<Io<std::unique_ptr<PooledConnection>>> open(Until until);
  // Keeps it for the next call if it can be used again, else closes it.
  void put_back(std::unique_ptr<PooledConnection> connection);

  std::size_t idle() const { return idle_.size(); }

 private:
  void close_stale();

  Loop& loop_;
  runtime::Dialer& dialer_;
  runtime::Destination to_;
  const config::ProviderConnections& limits_;
  ConnectionCount& count_;
  std::vector<std::unique_ptr<PooledConnection>> idle_;  // the oldest first
};

}  // namespace weir::provider
