// A call's whole way: from the caller's bytes to the provider and back. See docs/life-of-a-request.md.
//
// Two tasks: `answer` belongs to the caller and may end when the caller leaves; `call` asks the provider, and
// goes on as long as anybody reads what it records.
#pragma once

#include <array>
#include <map>
#include <string>
#include <variant>

#include "auth/authenticator.h"
#include "cache/cache.h"
#include "cache/status.h"
#include "dialect/answer_writer.h"
#include "dialect/request.h"
#include "provider/call.h"
#include "provider/provider.h"
#include "recording/flights.h"
#include "routing/router.h"
#include "runtime/task_group.h"
#include "telemetry/lifecycle.h"

namespace weir::journey {

// How often each kind of failure ended a call; weir_errors_total.
using FailureCounters = std::array<telemetry::Counter, Failure::kKinds>;

// How requests fared with the cache; weir_cache_requests_total.
struct CacheCounters {
  telemetry::Counter hits;
  telemetry::Counter misses;
  telemetry::Counter joined;       // the answer came by a call that was under way
  telemetry::Counter bypassed;     // not to be looked for
  telemetry::Counter saved_nanos;  // what hits would have cost, where prices are known
};

class Recorder;
using Flights = recording::Flights<cache::Begun>;

// What the journeys of all loops use together. Everything given must outlive it.
struct Together {
  const config::Settings& settings;
  const telemetry::Lifecycle& lifecycle;
  const auth::Authenticator& auth;
  const routing::Router& routing;
  cache::Cache& cache;
  recording::Memory memory;
  recording::Limits limits;
  Flights& flights;
};

// One loop's. Everything given must outlive it.
class Journey {
 public:
  using Providers = std::map<std::string, provider::Provider*, std::less<>>;

  Journey(Loop& loop, Random& random, const Together& together, Providers providers);

  // Answers one request, whatever happens. `stop` is used when the caller leaves or time is up.
  Task<void> answer(http::ServerConnection& connection, Cancellation& stop);
  // GET /v1/models, in the dialect that is asked for.
  Task<void> list_models(http::ServerConnection& connection, Cancellation& stop);
  // The bytes were no request.
  Task<void> refuse(http::ServerConnection& connection);
  // Answers a request that goes nowhere.
  Task<void> fail(http::ServerConnection& connection, Cancellation& stop, Failure failure);
  // Until no call is under way, or `patience` is over.
  Task<void> end(Duration patience);

  const FailureCounters& failures() const { return failures_; }
  const CacheCounters& cache_counters() const { return cache_counters_; }
  const telemetry::Counter& open_streams() const { return open_streams_; }

 private:
  struct Asked;
  struct Order;
  // A caller's place in the recording of its answer.
  struct Seat {
    recording::Reader reader;
    cache::Way way;
  };
  // The answer may have come while one looked for a seat.
  using Boarded = std::variant<Seat, cache::Served>;

  // ---- answer (journey.cc)
  Task<Result<void>> stages(http::ServerConnection& connection, Cancellation& stop,
                            dialect::AnswerWriter& answer);
  Result<auth::Caller> admit(const http::RequestHead& head) const;
  Task<Result<void>> serve(const cache::Served& served, const Asked& asked);
  void note_failure(const Failure& failure, const RequestId& id);

  // ---- the flight that answers it (flight.cc)
  Task<Result<void>> fly(const Asked& asked);
  Boarded board(const Asked& asked);
  Boarded board_alone(const Asked& asked);
  std::optional<Boarded> board_after(const Asked& asked, const Seat& seat);
  Ref<recording::Recording> open(const Asked& asked, recording::Sharing sharing);
  void start(const Asked& asked, Ref<recording::Recording> recording);

  // ---- call (call.cc)
  Task<void> call(Order order);
  Task<Result<void>> attempt(Order& order, Cancellation& stop);
  void finish(const Order& order, Recorder& recorder);

  Loop& loop_;
  Random& random_;
  const Together& together_;
  Providers providers_;
  FailureCounters failures_;
  CacheCounters cache_counters_;
  telemetry::Counter open_streams_;
  TaskGroup calls_{loop_};  // those that were begun here
};

}  // namespace weir::journey
