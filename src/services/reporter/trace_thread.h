// The thread that sends traces (bg-traces), with a loop of its own, so that no collector can hold up log
// lines or calls.
#pragma once

#include <memory>
#include <thread>

#include "reporter/exporter.h"
#include "runtime/loop.h"
#include "runtime/resolver.h"
#include "runtime/tls.h"
#include "runtime/work_pool.h"

namespace weir::reporter {

// The network, for connections to a collector. The system's certificates, which are expensive, are loaded on
// the first use.
class CollectorDialer final : public runtime::Dialer {
 public:
  CollectorDialer(Loop& loop, runtime::Resolver& resolver) : loop_(loop), resolver_(resolver) {}
  Task<Io<Socket>> dial(const runtime::Destination& to, Until until) override;

 private:
  Loop& loop_;
  runtime::Resolver& resolver_;
  std::optional<runtime::TlsContext> tls_;
  std::optional<runtime::NetworkDialer> network_;
};

// Whatever it is given must outlive it. One thread uses it.
class TraceThread {
 public:
  TraceThread(const Clock& clock, ExportCounters& counters, telemetry::Degradations& degradations,
              std::string_view version);
  TraceThread(const TraceThread&) = delete;
  TraceThread& operator=(const TraceThread&) = delete;
  // Sends what is queued, for at most Exporter::kLastWords.
  ~TraceThread();

  void configure(const config::TraceSettings& settings);
  // Queued until wake(): a thread is woken once for many.
  void put(const CallReport& report) { queue_.put(report); }
  void wake();

 private:
  void run();

  SpanQueue queue_;
  Loop loop_;
  runtime::WorkPool look_ups_{1};
  runtime::Resolver resolver_{loop_, look_ups_};
  CollectorDialer dialer_{loop_, resolver_};
  Exporter exporter_;
  std::thread thread_;
};

}  // namespace weir::reporter
