// Reports on their way to where traces are sent, from the thread that drains the outboxes to the one that
// sends.
#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "model/call_record.h"
#include "reporter/otlp.h"
#include "telemetry/counter.h"

namespace weir::reporter {

// One thread puts in, another takes out. What doesn't fit is dropped and counted.
class SpanQueue {
 public:
  static constexpr std::size_t kMostSpans = 8192;

  // `dropped` counts spans, on the thread that puts in.
  explicit SpanQueue(telemetry::Counter& dropped) : dropped_(dropped) {}

  void put(const CallReport& report) {
    std::size_t spans = spans_of(report);
    std::lock_guard lock(mutex_);
    if (spans_ + spans > kMostSpans) return dropped_.add(spans);
    spans_ += spans;
    reports_.push_back(report);
  }

  // The oldest reports, with at most `most` spans but at least one report if there is any.
  std::vector<CallReport> take(std::size_t most) {
    std::vector<CallReport> taken;
    std::lock_guard lock(mutex_);
    std::size_t sum = 0;
    while (!reports_.empty()) {
      std::size_t spans = spans_of(reports_.front());
      if (!taken.empty() && sum + spans > most) break;
      sum += spans;
      taken.push_back(reports_.front());
      reports_.pop_front();
    }
    spans_ -= sum;
    return taken;
  }

  std::size_t spans() const {
    std::lock_guard lock(mutex_);
    return spans_;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<CallReport> reports_;
  std::size_t spans_ = 0;
  telemetry::Counter& dropped_;
};

}  // namespace weir::reporter
