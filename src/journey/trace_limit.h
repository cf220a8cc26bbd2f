// How many calls are traced in a second: past what a collector takes, whole calls go untraced instead of
// some spans of each.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/clock.h"

namespace weir::journey {

// For all loops together; any thread.
class TraceLimit {
 public:
  // Whether one more may be traced in this second.
  bool take(TimePoint now, std::uint32_t per_second) {
    const auto second =
        static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count());
    std::uint64_t state = state_.load(std::memory_order_relaxed);
    while (true) {
      const std::uint32_t taken = state >> 32 == second ? static_cast<std::uint32_t>(state) : 0;
      if (taken >= per_second) return false;
      const std::uint64_t next = std::uint64_t{second} << 32 | (taken + 1);
      if (state_.compare_exchange_weak(state, next, std::memory_order_relaxed)) return true;
    }
  }

 private:
  std::atomic<std::uint64_t> state_ = 0;  // the second, and how many were taken in it
};

}  // namespace weir::journey
