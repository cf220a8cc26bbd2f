#include "reporter/trace_thread.h"

#include "runtime/run_to_end.h"

namespace weir::reporter {

Task<Io<Socket>> CollectorDialer::dial(const runtime::Destination& to, Until until) {
  if (!network_) {
    auto tls = runtime::TlsContext::for_clients();
    if (!tls) co_return std::unexpected(std::move(tls).error());
    tls_.emplace(*std::move(tls));
    network_.emplace(loop_, resolver_, *tls_);
  }
  co_return co_await network_->dial(to, until);
}

TraceThread::TraceThread(const Clock& clock, ExportCounters& counters, telemetry::Degradations& degradations,
                         std::string_view version)
    : queue_(counters.not_queued),
      loop_(clock),
      exporter_(loop_, dialer_, queue_, counters, degradations, version),
      thread_([this] { run(); }) {}

TraceThread::~TraceThread() {
  loop_.post([this] { exporter_.end(); });
  thread_.join();
}

void TraceThread::run() {
  runtime::name_this_thread("bg-traces");
  runtime::run_to_end(loop_, exporter_.run());
}

void TraceThread::configure(const config::TraceSettings& settings) {
  loop_.post([this, settings] { exporter_.configure(settings); });
}

void TraceThread::wake() {
  loop_.post([this] { exporter_.wake(); });
}

}  // namespace weir::reporter
