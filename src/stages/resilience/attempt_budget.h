// Bounds the attempts that are made besides each call's first, so that they don't make an outage worse:
// retries and hedges. (Google's SRE book, "Handling Overload", "Deciding to Retry": a retry budget for each
// client; Finagle's RetryBudget.)
//
// As each is taken only while those of the window stay within the share of the window's calls, all that are
// ever taken are at most that share of all calls; and as much more as the threads' clocks differ, as a share
// of the window: loops differ by milliseconds.
#pragma once

#include <algorithm>
#include <mutex>

#include "base/units.h"
#include "resilience/recent_count.h"

namespace weir::resilience {

// Any thread. Noting a call, which each call does, locks nothing.
class AttemptBudget {
 public:
  // Fewer calls than `least_calls` count as so many: a few tell nothing of an outage yet.
  explicit AttemptBudget(Duration window, std::uint64_t least_calls = 0)
      : calls_(window), least_calls_(least_calls), taken_(window) {}

  void note_call(TimePoint now) { calls_.add(now); }

  // Whether one more attempt may be made now; it counts as made.
  [[nodiscard]] bool take(TimePoint now, Share share) {
    std::lock_guard lock(taking_);
    const double most = share.of_one * static_cast<double>(std::max(calls_.count(now), least_calls_));
    if (static_cast<double>(taken_.count(now) + 1) > most) return false;
    taken_.add(now);
    return true;
  }
  // One is made for another reason, and counts.
  void spend(TimePoint now) { taken_.add(now); }

 private:
  RecentCount calls_;
  const std::uint64_t least_calls_;
  std::mutex taking_;  // who looks also counts before the next one looks
  RecentCount taken_;
};

}  // namespace weir::resilience
