#include "reporter/reporter.h"

#include "runtime/work_pool.h"

namespace weir::reporter {
namespace {

// Nobody is waited for without an end; waking up in vain costs nothing at this pace.
constexpr std::chrono::milliseconds kLongest = std::chrono::minutes(1);

}  // namespace

Reporter::Reporter(const Clock& clock, telemetry::Degradations& degradations, Options options)
    : clock_(clock), degradations_(degradations), options_(std::move(options)) {}

void Reporter::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    ended_.notify_all();
  }
  bell_.ring();
  thread_.join();
  traces_.reset();
}

Outbox& Reporter::add_loop() { return *outboxes_.emplace_back(std::make_unique<Outbox>(bell_)); }

void Reporter::start() {
  thread_ = std::thread([this] { run(); });
}

void Reporter::apply(const CallLogging& logging, const config::TraceSettings& traces) {
  {
    std::lock_guard lock(mutex_);
    wanted_logging_ = logging;
    wanted_traces_ = traces;
    changed_ = true;
  }
  bell_.ring();
}

ReporterFigures Reporter::figures() const {
  ReporterFigures figures{.spans_sent = exported_.sent.value(),
                          .spans_dropped = exported_.not_queued.value() + exported_.lost.value(),
                          .export_failures = exported_.failures.value()};
  for (const auto& outbox : outboxes_) figures.reports_dropped += outbox->dropped();
  return figures;
}

void Reporter::run() {
  runtime::name_this_thread("bg-calls");
  while (true) {
    bool last = ending_;  // before the outboxes are looked into: nothing comes after it
    settle();
    drain();
    if (last) return;
    bell_.wait(kLongest, [this] { return is_there_something(); });
    gather();
  }
}

bool Reporter::is_there_something() const {
  bool waiting = std::ranges::any_of(outboxes_, [](const auto& outbox) { return !outbox->empty(); });
  return waiting || changed_ || ending_;
}

void Reporter::gather() {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, kGather, [this] { return ending_.load(); });
}

void Reporter::settle() {
  if (!changed_) return;
  std::lock_guard lock(mutex_);
  changed_ = false;
  logging_ = wanted_logging_;
  lines_ = CallLines(logging_.log.format);
  tracing_ = wanted_traces_.enabled();
  if (tracing_ && !traces_) {
    traces_ = std::make_unique<TraceThread>(clock_, exported_, degradations_, options_.version);
  }
  if (traces_) traces_->configure(wanted_traces_);
}

void Reporter::drain() {
  for (const auto& outbox : outboxes_) {
    outbox->take([this](const CallReport& report) {
      if (const auto* call = std::get_if<CallRecord>(&report)) log_call(*call);
      if (tracing_) trace(report);
    });
  }
  hand_over(block_.size());
  if (std::exchange(queued_, false)) traces_->wake();
}

void Reporter::log_call(const CallRecord& call) {
  if (!logging_.calls || level_of(call) < logging_.log.level) return;
  std::size_t before = block_.size();
  lines_.append(block_, call);
  if (block_.size() > kBlock) hand_over(before);
  ++lines_in_block_;
}

// The first `size` bytes, which are all lines that were counted so far.
void Reporter::hand_over(std::size_t size) {
  if (size == 0) return;
  options_.write_lines(std::string_view(block_).substr(0, size), lines_in_block_);
  block_.erase(0, size);
  lines_in_block_ = 0;
}

void Reporter::trace(const CallReport& report) {
  if (!std::visit([](const auto& record) { return record.trace.sampled; }, report)) return;
  traces_->put(report);
  queued_ = true;
}

}  // namespace weir::reporter
