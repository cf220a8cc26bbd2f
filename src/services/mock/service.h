// The simulated provider on one loop: speaks HTTP/1.1 on the connections it is given.
//
// Besides the relayed paths (wire/paths.h) and GET /v1/models it has a desk of its own, which is no part of
// any provider:
//   GET  /_mock/ledger   what it has counted (mock/ledger.h)
//   GET  /_mock/calls    the latest calls, without a body and without the value of a header
//   GET  /_mock/raw      the bytes of the latest calls, where the script has `raw_log: true`
//   POST /_mock/reset    empties all of these
//   POST /_mock/script   another script (mock/script.h), YAML or JSON
#pragma once

#include <optional>

#include "http/byte_budget.h"
#include "http/server_connection.h"
#include "mock/delivery.h"
#include "mock/mock.h"
#include "runtime/loop.h"
#include "runtime/socket.h"
#include "runtime/task.h"

namespace weir::mock {

// One thread (the loop's). Everything it is given must outlive it, and it its connections.
class Service {
 public:
  Service(Loop& loop, Mock& mock, const http::ServerLimits& limits, http::ByteBudget& budget)
      : loop_(loop), mock_(mock), limits_(limits), budget_(budget) {}

  // Answers what comes on a connection until it ends. `stop` ends it while it is idle; calls under way
  // finish.
  Task<void> serve(Socket socket, Cancellation& stop);
  // The same for a connection that was met already (Mock::meet_connection).
  Task<void> serve(Socket socket, Cancellation& stop, std::optional<Fault> met);

  Mock& mock() { return mock_; }

 private:
  Task<void> fail_connection(Socket socket, Fault::Kind kind);
  Task<After> answer(http::ServerConnection& connection);
  Task<After> answer_call(http::ServerConnection& connection, const wire::RelayedPath& path,
                          std::string_view body);

  Loop& loop_;
  Mock& mock_;
  const http::ServerLimits& limits_;
  http::ByteBudget& budget_;
};

}  // namespace weir::mock
