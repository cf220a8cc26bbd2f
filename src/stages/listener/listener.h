// Takes connections on one loop and hands their requests on, one after the other.
#pragma once

#include <functional>

#include "config/settings.h"
#include "http/server_connection.h"
#include "listener/admission.h"
#include "runtime/acceptor.h"
#include "runtime/task_group.h"
#include "runtime/tls.h"
#include "telemetry/counter.h"
#include "telemetry/lifecycle.h"

namespace weir::listener {

// What answers requests. `stop` is used when the caller leaves or the time to finish is over; an answer that was
// begun is finished or aborted when this returns.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual Task<void> answer(http::ServerConnection& connection, Cancellation& stop) = 0;
  // The bytes were no request; connection.rejection() says why.
  virtual Task<void> refuse(http::ServerConnection& connection) = 0;
};

struct ListenerCounters {
  telemetry::Counter accepted;
  telemetry::Counter open;
  telemetry::Counter turned_away;  // too many connections, in all or from one address
  telemetry::Counter rejected;     // bytes that are no HTTP
};

// What all loops of a listener have in common; outlives them.
struct Shared {
  Shared(const config::ListenerSettings& settings, std::size_t most_connections);
  http::ServerLimits limits;
  http::ByteBudget body_memory;
  Admission admission;
};

// One loop's. Everything given must outlive it.
class Listener {
 public:
  Listener(Loop& loop, runtime::Acceptor acceptor, Shared& shared, const runtime::TlsContext* tls, Handler& handler,
           const telemetry::Lifecycle& lifecycle);

  void start() { tasks_.spawn(accept()); }

  // After the lifecycle has entered `draining`: lets running calls finish, for `patience` at most, while new ones are
  // still answered (the handler refuses them); then stops what is left, closes idle connections without resetting
  // any, and stops listening last.
  Task<void> drain(Duration patience);

  const ListenerCounters& counters() const { return counters_; }

 private:
  struct Session;

  Task<void> accept();
  Task<void> serve(runtime::Accepted accepted);
  Task<void> serve_requests(Session& session, http::ServerConnection& connection);
  Task<void> turn_away(Socket socket);
  void stop_sessions();

  Loop& loop_;
  runtime::Acceptor acceptor_;
  Shared& shared_;
  const runtime::TlsContext* tls_;
  Handler& handler_;
  const telemetry::Lifecycle& lifecycle_;
  ListenerCounters counters_;
  Cancellation stop_accepting_;
  IntrusiveList<ListHook> sessions_;
  std::size_t calls_ = 0;           // requests being answered
  std::size_t being_turned_away_ = 0;
  runtime::WaitQueue idle_;         // woken when `calls_` falls to 0
  TaskGroup tasks_;                 // last: its tasks use all of the above
};

}  // namespace weir::listener
