// The page that Prometheus reads, in its text format 0.0.4
// (prometheus.io/docs/instrumenting/exposition_formats).
//
//   MetricsPage page;
//   page.add("weir_cache_bytes", {"memory"}, bytes);
//   … page.text()
#pragma once

#include <array>
#include <initializer_list>
#include <map>
#include <string>

#include "base/units.h"
#include "telemetry/histogram.h"
#include "telemetry/metrics.h"

namespace weir::telemetry {

// One thread. What is added twice, as by two loops, is summed up.
class MetricsPage {
 public:
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";
  // A page is no longer than this, but for a few KiB of headings. Series that don't fit are left out, and
  // counted in weir_metrics_left_out.
  static constexpr Bytes kMost = 8_MiB;

  // Values of the metric's labels, in the order of its declaration.
  using Labels = std::initializer_list<std::string_view>;
  void add(Metric metric, Labels labels, std::uint64_t count);
  void add(Metric metric, Labels labels, Duration time);
  void add(Metric metric, Labels labels, Share share);
  void add(Labels labels, const Histogram& histogram);

  // Every metric has its heading, whether or not there are figures of it.
  std::string text() const;

 private:
  struct Sample {
    std::uint64_t value = 0;  // billionths where the metric is kept so; a histogram's sum
    std::array<std::uint64_t, Histogram::kMostBuckets> buckets{};
  };
  // By labels as they are written, so that the order is the same each time.
  using Family = std::map<std::string, Sample>;

  Sample& sample(Metric metric, Labels labels);
  static std::string lines(const MetricDeclaration& metric, const std::string& labels, const Sample& sample);

  std::array<Family, kMetrics.size()> families_;
};

}  // namespace weir::telemetry
