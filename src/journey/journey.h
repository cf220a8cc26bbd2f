// A call's whole way: from the caller's bytes to the provider and back. See docs/life-of-a-request.md.
//
// Two tasks: `answer` belongs to the caller and may end when the caller leaves; `call` asks the provider, and
// goes on as long as anybody reads what it records.
#pragma once

#include <memory>
#include <variant>

#include "cache/cache.h"
#include "cache/status.h"
#include "dialect/answer_writer.h"
#include "dialect/request.h"
#include "journey/call_figures.h"
#include "journey/call_notes.h"
#include "journey/setup.h"
#include "load/admission.h"
#include "load/level.h"
#include "recording/flights.h"
#include "runtime/task_group.h"
#include "telemetry/lifecycle.h"
#include "telemetry/outbox.h"

namespace weir::journey {

class Attempt;
class Pursuit;
struct FallbackKey;
struct Order;

// What is to be known of a flight before somebody joins it.
struct Departure {
  cache::Begun begun;
  const Rules* rules;  // under which it began; its call keeps them
};
using Flights = recording::Flights<Departure>;

// What the journeys of all loops use together. Everything given must outlive it.
struct Together {
  const telemetry::Lifecycle& lifecycle;
  cache::Cache& cache;
  recording::Memory memory;
  Flights& flights;
  TraceLimit& trace_limit;
  load::Admission& admission;
  const load::Levels& levels;
};

// One loop's. Everything given must outlive it.
class Journey {
 public:
  // Reports of calls that are over, for log lines and traces.
  using Outbox = telemetry::Outbox<CallReport>;

  Journey(Loop& loop, Random& random, const Together& together, Outbox& outbox, Setup setup);

  // From now on calls begin under this.
  void apply(Setup setup) { setup_ = std::make_shared<const Setup>(std::move(setup)); }
  const Setup& setup() const { return *setup_; }

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

  const CallFigures& figures() const { return figures_; }
  const telemetry::Counter& open_streams() const { return open_streams_; }

 private:
  struct Asked;
  // A caller's place in the recording of its answer.
  struct Seat {
    recording::Reader reader;
    cache::Way way;
    CacheResult result;
  };
  // The answer may have come while one looked for a seat.
  using Boarded = std::variant<Seat, cache::Served>;

  // ---- answer (journey.cc)
  Task<Result<void>> stages(http::ServerConnection& connection, Cancellation& stop,
                            dialect::AnswerWriter& answer, CallNotes& notes);
  Result<auth::Caller> admit(const http::RequestHead& head) const;
  std::optional<cache::Served> look_up(const Asked& asked);
  Task<Result<void>> serve(const cache::Served& served, const Asked& asked, CacheResult result);
  Task<Result<void>> serve_or_refuse(const Asked& asked);
  // A call is over: it is counted, logged and traced.
  void report(CallNotes& notes, int status, const Result<void>& outcome);

  // ---- the flight that answers it (flight.cc)
  Task<Result<void>> fly(const Asked& asked);
  Boarded board(const Asked& asked);
  Boarded board_alone(const Asked& asked);
  std::optional<Boarded> board_after(const Asked& asked, const Seat& seat);
  Ref<recording::Recording> open(const Asked& asked, recording::Sharing sharing);
  void start(const Asked& asked, Ref<recording::Recording> recording);

  std::vector<FallbackKey> fallback_keys(const Asked& asked) const;

  // ---- call (call.cc)
  Task<void> call(Order order);
  Task<Result<void>> pursue(Order& order, Cancellation& stop);
  void note_next(const Order& order, Pursuit& pursuit, const Attempt* before,
                 const routing::Deployment& deployment);
  bool stand_in(const Order& order, const Pursuit& pursuit);
  static void tell(const Pursuit& pursuit, Attempt& attempt);
  void report(const Order& order, const Attempt& attempt);
  void finish(const Order& order, const Pursuit& pursuit, Attempt& attempt);
  static std::optional<Digest> key_to_keep_under(const Order& order, const Pursuit& pursuit);

  Loop& loop_;
  Random& random_;
  const Together& together_;
  Outbox& outbox_;
  std::shared_ptr<const Setup> setup_;
  CallFigures figures_;
  telemetry::Counter open_streams_;
  TaskGroup calls_{loop_};  // those that were begun here
};

}  // namespace weir::journey
