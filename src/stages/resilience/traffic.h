// What is known of the calls for one model: how many attempts more they may cost, and when to hedge.
#pragma once

#include <atomic>
#include <optional>
#include <utility>

#include "resilience/attempt_budget.h"
#include "resilience/hedging.h"

namespace weir::resilience {

// Any thread.
class Traffic {
 public:
  // One retry, until it is known what has come of it. Must not outlive its traffic.
  class Retry {
   public:
    Retry(Retry&& other) noexcept : traffic_(std::exchange(other.traffic_, nullptr)) {}
    Retry& operator=(Retry&&) = delete;
    ~Retry() {
      if (traffic_ != nullptr) --traffic_->retries_under_way_;
    }

   private:
    friend class Traffic;
    explicit Retry(Traffic& traffic) : traffic_(&traffic) {}
    Traffic* traffic_;
  };

  // Once a call.
  void note_call(TimePoint now) {
    retries_.note_call(now);
    hedging.note_call(now);
  }

  // Whether an attempt that failed may be made again: while retries are at most `budget` of the calls of the
  // last ten seconds, of which fewer than 50 count as 50, and beyond that while fewer than `budget_min` are
  // under way, so that few calls can be retried too (both as Envoy's retry_budget has them: budget_percent,
  // min_retry_concurrency).
  [[nodiscard]] std::optional<Retry> take_retry(TimePoint now, const config::RetrySettings& settings) {
    const auto under_way = retries_under_way_.fetch_add(1);
    Retry retry(*this);
    if (retries_.take(now, settings.budget)) return retry;
    if (under_way >= settings.budget_min) return std::nullopt;
    retries_.spend(now);
    return retry;
  }

  Hedging hedging;

 private:
  static constexpr std::uint64_t kFewCalls = 50;  // a fifth of them are the failures that open a breaker

  AttemptBudget retries_{std::chrono::seconds(10), kFewCalls};
  std::atomic<std::uint32_t> retries_under_way_ = 0;
};

}  // namespace weir::resilience
