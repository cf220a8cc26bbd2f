// When a call gets a second attempt although its first has not failed: once that takes longer than nearly all
// do (J. Dean and L. A. Barroso, "The Tail at Scale", CACM 2013: after the 95th percentile, some 5 % more
// load buy most of the tail).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

#include "config/settings.h"
#include "resilience/attempt_budget.h"

namespace weir::resilience {

// Of one model. Any thread.
class Hedging {
 public:
  void note_call(TimePoint now) { budget_.note_call(now); }
  // A first attempt's time until the answer's head.
  void note_head(Duration took);

  // How long after its beginning: the 95th percentile of the latest heads, but not before `least`. Nothing:
  // not at all, as it is off or fewer than 20 heads are known. Locks nothing.
  std::optional<Duration> due(const config::HedgeSettings& settings) const;

  // Whether it may be made: at most `spending` of the calls of the last minute. It counts as made.
  [[nodiscard]] bool take(TimePoint now, const config::HedgeSettings& settings) {
    return budget_.take(now, settings.spending);
  }

 private:
  static constexpr std::size_t kHeads = 200;
  static constexpr std::uint64_t kLeastHeads = 20;

  Duration percentile_95() const;

  // A minute, where retries have ten seconds: 5 % of fewer than 20 calls is none.
  AttemptBudget budget_{std::chrono::minutes(1)};
  std::mutex mutex_;
  std::array<Duration, kHeads> heads_{};  // a ring
  std::uint64_t noted_ = 0;
  std::atomic<Duration> percentile_{Duration::max()};  // max: not known
};

}  // namespace weir::resilience
