// What is known of the calls for one model: how many attempts more they may cost, and when to hedge.
#pragma once

#include "resilience/attempt_budget.h"
#include "resilience/hedging.h"

namespace weir::resilience {

// Any thread.
struct Traffic {
  // Once a call.
  void note_call(TimePoint now) {
    retries.note_call(now);
    hedging.note_call(now);
  }
  // Whether an attempt that failed may be made again.
  [[nodiscard]] bool take_retry(TimePoint now, const config::RetrySettings& settings) {
    return retries.take(now, settings.budget, settings.budget_min);
  }

  AttemptBudget retries{std::chrono::seconds(10)};
  Hedging hedging;
};

}  // namespace weir::resilience
