// How calls went, for the metrics page and the admin API: counted when each is over.
#pragma once

#include <array>
#include <utility>

#include "model/call_record.h"
#include "telemetry/metrics_page.h"
#include "telemetry/series.h"

namespace weir::journey {

// One loop's, which alone notes; any thread may read meanwhile. The texts of records must live as long as
// this.
class CallFigures {
 public:
  void note(const CallRecord& call);
  void note(const AttemptRecord& attempt);
  // Another attempt was made after this one.
  void note_retry(const FailedAttempt& failed);
  // A second attempt was made beside a late one.
  enum class Hedge : std::uint8_t { won, lost };
  void note(Hedge hedge) { hedges_[std::to_underlying(hedge)].add(); }
  // Another model was asked.
  void note_fallback(std::string_view from, std::string_view to, Fallback reason);

  // Calls for which the cache did this.
  std::uint64_t calls(CacheResult result) const { return cache_[std::to_underlying(result)].value(); }
  // What they would have cost, where prices are known.
  std::uint64_t saved_nanos(CacheResult result) const {
    return saved_nanos_[std::to_underlying(result)].value();
  }

  // Adds everything to a page, which sums up the figures of all loops.
  void add_to(telemetry::MetricsPage& page) const;

 private:
  using Counter = telemetry::Counter;
  using Histogram = telemetry::Histogram;
  using ByCacheResult = std::array<Counter, std::to_underlying(CacheResult::bypass) + 1>;

  struct Calls {
    std::array<Counter, std::to_underlying(Outcome::caller_gone) + 1> outcomes;
    Histogram seconds{"weir_request_seconds"};
    Histogram first_token{"weir_time_to_first_token_seconds"};
  };
  struct Attempts {
    Counter all;
    Counter cancelled;
  };
  struct Spending {
    Counter input;
    Counter output;
    Counter cached_input;
    Counter reasoning;
    Counter nanos;
    Counter unpriced;
  };

  void add_calls_to(telemetry::MetricsPage& page) const;
  void add_attempts_to(telemetry::MetricsPage& page) const;

  telemetry::Series<3, Calls> calls_;        // path, model, tier
  telemetry::Series<3, Attempts> attempts_;  // provider, key_name, status_code
  telemetry::Series<2, Spending> spending_;  // model, tier
  std::array<Counter, 2> hedges_;
  telemetry::Series<2, Counter> retries_;    // key_name, status_code
  telemetry::Series<3, Counter> fallbacks_;  // from, to, reason
  std::array<Counter, Failure::kKinds> failures_;
  ByCacheResult cache_;
  ByCacheResult saved_nanos_;
};

}  // namespace weir::journey
