#include "provider/shared.h"

#include "telemetry/log.h"

namespace weir::provider {

void Health::note_success() {
  // Nearly always the case, and then nothing is written that other loops read.
  if (failures_in_a_row_.load(std::memory_order_relaxed) == 0) return;
  failures_in_a_row_.store(0, std::memory_order_relaxed);
  if (degradations_.clear(part_)) telemetry::log_info("recovered", {{"part", part_}});
}

void Health::note_failure(const std::string& reason, WallTime now) {
  if (retired_.load(std::memory_order_relaxed)) return;
  if (failures_in_a_row_.fetch_add(1, std::memory_order_relaxed) + 1 < kDegradedAfter) return;
  if (degradations_.report(part_, reason, now)) {
    telemetry::log_error("degraded", {{"part", part_}, {"reason", reason}});
  }
}

void Health::retire() {
  retired_ = true;
  failures_in_a_row_ = 0;
  (void)degradations_.clear(part_);
}

}  // namespace weir::provider
