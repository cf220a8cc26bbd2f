// The connections of one loop: each is served request after request until it ends.
#pragma once

#include <memory>

#include "config/settings.h"
#include "http/server_connection.h"
#include "listener/admission.h"
#include "runtime/acceptor.h"
#include "runtime/task_group.h"
#include "runtime/tls.h"
#include "telemetry/counter.h"
#include "telemetry/lifecycle.h"

namespace weir::listener {

// What answers requests. `stop` is used when the caller leaves or the time to finish is over; an answer that
// was begun is finished or aborted when this returns.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual Task<void> answer(http::ServerConnection& connection, Cancellation& stop) = 0;
  // The bytes were no request; connection.rejection() says why.
  virtual Task<void> refuse(http::ServerConnection& connection) = 0;
};

struct SessionCounters {
  telemetry::Counter accepted;
  telemetry::Counter open;
  telemetry::Counter turned_away;  // too many connections, in all or from one address
  telemetry::Counter rejected;     // bytes that are no HTTP
};

// What a server's connections may ask, as the settings have it.
http::ServerLimits limits_of(const config::RequestLimits& settings);

// What the sessions of all loops have in common; outlives them.
struct Shared {
  Shared(const config::ListenerSettings& settings, std::size_t most_connections);
  http::ByteBudget call_memory;  // bodies of requests and whole answers
  Admission admission;
};

// What one loop's sessions go by; a reload may change it.
struct Terms {
  http::ServerLimits limits;
  std::shared_ptr<const runtime::TlsContext> tls;  // empty where connections are plain
};

// One loop's. Everything given must outlive it.
class Sessions {
 public:
  Sessions(Loop& loop, Shared& shared, Terms terms, Handler& handler, const telemetry::Lifecycle& lifecycle);

  // From now on: connections that are open go on, under the new limits.
  void apply(Terms terms) { terms_ = std::move(terms); }

  // Serves a connection from now on, or turns it away where there are too many: 503 with retry-after, at
  // once.
  void take(runtime::Accepted accepted) { tasks_.spawn(serve(std::move(accepted))); }

  // Waits until no request is being answered, for `patience` at most.
  Task<void> finish_calls(Duration patience);
  // Ends what is left: streams with a last event, idle connections after their peers, none by a reset.
  Task<void> end();

  const SessionCounters& counters() const { return counters_; }

 private:
  struct Session;

  Task<void> serve(runtime::Accepted accepted);
  Task<void> serve_requests(Session& session, http::ServerConnection& connection);
  Task<void> turn_away(Socket socket);

  Loop& loop_;
  Shared& shared_;
  Terms terms_;
  Handler& handler_;
  const telemetry::Lifecycle& lifecycle_;
  SessionCounters counters_;
  IntrusiveList<ListHook> sessions_;
  std::size_t calls_ = 0;  // requests being answered
  std::size_t being_turned_away_ = 0;
  runtime::WaitQueue idle_;  // woken when `calls_` falls to 0
  TaskGroup tasks_;          // last: its tasks use all of the above
};

}  // namespace weir::listener
