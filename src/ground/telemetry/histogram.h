// How long things took, counted by buckets.
#pragma once

#include <algorithm>
#include <array>

#include "telemetry/counter.h"
#include "telemetry/metrics.h"

namespace weir::telemetry {

// Counted by one thread (its loop's), read by any. Has the buckets that its metric declares.
class Histogram {
 public:
  static constexpr std::size_t kMostBuckets = 16;

  explicit constexpr Histogram(Metric metric) : metric_(metric) {}

  // A duration that is a bucket's bound counts in that bucket.
  void observe(Duration duration) {
    auto bounds = metric_.declaration().bounds;
    auto bucket = std::ranges::lower_bound(bounds, duration) - bounds.begin();
    counts_[static_cast<std::size_t>(bucket)].add();
    nanoseconds_.add(static_cast<std::uint64_t>(duration.count()));
  }

  Metric metric() const { return metric_; }
  // What fell into this bucket and none before it; the last is at the number of bounds.
  std::uint64_t count(std::size_t bucket) const { return counts_[bucket].value(); }
  // Of all durations.
  Duration sum() const { return Duration(nanoseconds_.value()); }

 private:
  static_assert(std::ranges::all_of(kMetrics,
                                    [](const auto& metric) { return metric.bounds.size() < kMostBuckets; }));

  Metric metric_;
  std::array<Counter, kMostBuckets> counts_;
  Counter nanoseconds_;
};

}  // namespace weir::telemetry
