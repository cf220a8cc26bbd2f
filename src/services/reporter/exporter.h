// Sends spans to where the configuration says, in batches, one request at a time (OTLP/HTTP in JSON;
// opentelemetry.io/docs/specs/otlp).
//
// A batch goes out when it is full or five seconds after its first span. What the collector can't take right
// now (429, 502, 503, 504, a broken connection) is sent once more after a second; a batch that could not be
// sent is dropped and counted. After three such batches in a row "traces" is reported as degraded, and after
// the next success no more. Of a collector that takes a batch only in part nothing is noted.
#pragma once

#include <optional>
#include <string>

#include "config/settings.h"
#include "http/client_connection.h"
#include "reporter/span_queue.h"
#include "runtime/dialer.h"
#include "runtime/task_group.h"
#include "telemetry/counter.h"
#include "telemetry/degradations.h"

namespace weir::reporter {

// Each counted by one thread: the first by the one that queues, the others by the one that sends.
struct ExportCounters {
  telemetry::Counter not_queued;  // spans that the queue had no room for
  telemetry::Counter sent;        // spans that were taken
  telemetry::Counter lost;        // spans of batches that were dropped
  telemetry::Counter failures;    // batches that could not be sent
};

// One loop's. Whatever it is given must outlive it.
class Exporter {
 public:
  static constexpr std::size_t kBatch = 512;  // spans
  static constexpr Duration kGather = std::chrono::seconds(5);
  static constexpr Duration kDeadline = std::chrono::seconds(10);  // of one request
  static constexpr Duration kRetryAfter = std::chrono::seconds(1);
  static constexpr Duration kLastWords = std::chrono::seconds(2);
  static constexpr int kDegradedAfter = 3;

  // `version` is weir's, and lives as long as the process.
  Exporter(Loop& loop, runtime::Dialer& dialer, SpanQueue& queue, ExportCounters& counters,
           telemetry::Degradations& degradations, std::string_view version)
      : loop_(loop),
        dialer_(dialer),
        queue_(queue),
        counters_(counters),
        degradations_(degradations),
        version_(version) {}

  // Sends until end() was called and nothing is left, or kLastWords later.
  Task<void> run();
  // From the next request on. Without an endpoint what is queued is dropped.
  void configure(config::TraceSettings settings);
  // Something was queued.
  void wake() { woken_.wake_all(); }
  void end();

 private:
  struct Trouble {
    std::string reason;  // a sentence's end, without anything that the collector said
    bool may_pass = false;
  };
  using Sent = std::expected<void, Trouble>;

  void close_moved();
  Task<void> gather();
  Task<void> send_batch();
  Task<Sent> send(std::string_view body);
  Task<Sent> connect(Until until);
  Task<Sent> read_answer(Until until);
  static Trouble trouble(const IoError& error);
  static Trouble trouble(const http::ClientError& error);
  std::string head(std::size_t body_size) const;
  void note_success();
  void note_failure(const std::string& reason);
  Task<void> give_up_later();

  Loop& loop_;
  runtime::Dialer& dialer_;
  SpanQueue& queue_;
  ExportCounters& counters_;
  telemetry::Degradations& degradations_;
  const std::string_view version_;
  config::TraceSettings settings_;
  bool moved_ = false;  // the open connection may lead to another endpoint
  std::optional<http::ClientConnection> connection_;
  int failures_in_a_row_ = 0;
  bool ending_ = false;
  runtime::WaitQueue woken_;
  Cancellation given_up_;
  TaskGroup timers_{loop_};
};

}  // namespace weir::reporter
