// What happens to a call after it is over: its line in the log, and its spans where traces are sent.
//
// Loops put what they know into an outbox each; a thread (bg-calls) takes it out, so that a call pays for a
// copy and no more. After it was woken the thread waits for 20 ms on purpose: what many calls leave behind
// meanwhile becomes one block of lines. Nothing here makes a loop wait: what outboxes can't hold is dropped
// and counted.
//
//   Reporter reporter(clock, degradations, {.version = "0.1.0"});
//   Outbox& outbox = reporter.add_loop();       // one for each loop
//   reporter.apply(logging, settings.traces);
//   reporter.start();
//   outbox.put(record);                         // on that loop
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "config/settings.h"
#include "model/call_record.h"
#include "reporter/call_line.h"
#include "reporter/trace_thread.h"
#include "telemetry/log.h"
#include "telemetry/outbox.h"

namespace weir::reporter {

using Outbox = telemetry::Outbox<CallReport>;

// Which calls get a line, and how it looks.
struct CallLogging {
  bool calls = true;
  telemetry::LogOptions log = {};  // a call whose line is less important than the level gets none
};

// Since the start.
struct ReporterFigures {
  std::uint64_t reports_dropped = 0;  // their outbox was full: neither a line nor spans
  std::uint64_t spans_sent = 0;
  std::uint64_t spans_dropped = 0;  // the queue was full, or their batch could not be sent
  std::uint64_t export_failures = 0;
};

class Reporter {
 public:
  static constexpr std::size_t kBlock = 16 * 1024;  // bytes of lines that are handed over at once
  static constexpr std::chrono::milliseconds kGather{20};

  struct Options {
    std::string_view version;  // weir's, as traces name it; lives as long as the process
    // Takes blocks of lines.
    std::function<bool(std::string_view lines, std::uint64_t count)> write_lines = telemetry::log_lines;
  };
  // `clock` and `degradations` must outlive it.
  Reporter(const Clock& clock, telemetry::Degradations& degradations, Options options);
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;
  ~Reporter() { stop(); }

  // Before start(). Lives as long as this.
  Outbox& add_loop();
  void start();
  // From the next round on. Any thread, before start() and after it. The first settings that have an endpoint
  // start the thread that sends traces; without one nothing is kept for them.
  void apply(const CallLogging& logging, const config::TraceSettings& traces);
  // Once no loop puts anything any more: reports what is there, and ends the threads. A collector that hangs
  // is waited for for two seconds.
  void stop();
  // Any thread.
  ReporterFigures figures() const;

 private:
  void run();
  void settle();
  void drain();
  void log_call(const CallRecord& call);
  void hand_over(std::size_t size);
  void trace(const CallReport& report);
  bool is_there_something() const;
  void gather();

  const Clock& clock_;
  telemetry::Degradations& degradations_;
  const Options options_;
  telemetry::Bell bell_;
  std::vector<std::unique_ptr<Outbox>> outboxes_;

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  CallLogging wanted_logging_;
  config::TraceSettings wanted_traces_;
  std::atomic<bool> changed_ = false;
  std::atomic<bool> ending_ = false;

  // The thread's own.
  CallLogging logging_;
  CallLines lines_{logging_.log.format};
  std::string block_;
  std::uint64_t lines_in_block_ = 0;
  bool tracing_ = false;
  bool queued_ = false;  // in this round

  ExportCounters exported_;
  std::unique_ptr<TraceThread> traces_;
  std::thread thread_;
};

}  // namespace weir::reporter
