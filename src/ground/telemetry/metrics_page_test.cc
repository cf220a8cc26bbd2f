#include "telemetry/metrics_page.h"

#include <gtest/gtest.h>

namespace weir::telemetry {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// The lines of one metric, without its heading.
std::string figures_of(const MetricsPage& page, std::string_view name) {
  std::string text = page.text();
  auto heading = text.find(fmt::format("# TYPE {} ", name));
  auto begin = text.find('\n', heading) + 1;
  auto end = text.find("# HELP", begin);
  return text.substr(begin, end == std::string::npos ? end : end - begin);
}

TEST(MetricsPage, sums_up_what_several_loops_add) {
  MetricsPage page;
  page.add("weir_cache_bytes", {"memory"}, 40);
  page.add("weir_cache_bytes", {"memory"}, 2);
  EXPECT_EQ(figures_of(page, "weir_cache_bytes"), "weir_cache_bytes{layer=\"memory\"} 42\n");
}

TEST(MetricsPage, has_a_heading_for_each_metric_once_and_in_the_order_of_the_declaration) {
  MetricsPage page;
  page.add("weir_connections", {}, 1);
  page.add("weir_requests_total", {"p", "m", "t", "ok"}, 1);
  std::string text = page.text();
  std::size_t at = 0;
  for (const auto& metric : kMetrics) {
    auto heading = fmt::format("# HELP {} {}\n# TYPE {} {}\n", metric.name, metric.help, metric.name,
                               name_of(metric.type));
    auto found = text.find(heading);
    ASSERT_NE(found, std::string::npos) << metric.name;
    EXPECT_GE(found, at) << metric.name;
    EXPECT_EQ(text.find(heading, found + 1), std::string::npos) << metric.name;
    at = found;
  }
}

TEST(MetricsPage, escapes_what_would_end_a_label) {
  MetricsPage page;
  page.add("weir_degraded", {"a \"b\"\\\nc"}, 1);
  EXPECT_EQ(figures_of(page, "weir_degraded"), "weir_degraded{part=\"a \\\"b\\\"\\\\\\nc\"} 1\n");
}

TEST(MetricsPage, writes_times_as_seconds_without_losing_a_nanosecond) {
  auto written = [](Duration time) {
    MetricsPage page;
    page.add("process_cpu_seconds_total", {}, time);
    return figures_of(page, "process_cpu_seconds_total");
  };
  EXPECT_EQ(written(Duration(0)), "process_cpu_seconds_total 0\n");
  EXPECT_EQ(written(milliseconds(1500)), "process_cpu_seconds_total 1.5\n");
  EXPECT_EQ(written(Duration(100'000'000'007)), "process_cpu_seconds_total 100.000000007\n");
}

TEST(MetricsPage, writes_a_share_of_one_with_its_decimals) {
  MetricsPage page;
  page.add("weir_load_ratio", {}, Share{0.25});
  page.add("weir_endpoint_quota_left", {"openai/gpt", "main"}, Share{1});
  EXPECT_EQ(figures_of(page, "weir_load_ratio"), "weir_load_ratio 0.25\n");
  EXPECT_EQ(figures_of(page, "weir_endpoint_quota_left"),
            "weir_endpoint_quota_left{deployment=\"openai/gpt\",key_name=\"main\"} 1\n");
}

TEST(MetricsPage, a_histogram_counts_from_its_smallest_bucket_up) {
  Histogram lag("weir_loop_lag_seconds");
  lag.observe(microseconds(100));  // a bound belongs to its bucket
  lag.observe(microseconds(101));
  lag.observe(milliseconds(1700));
  MetricsPage page;
  page.add({}, lag);
  page.add({}, lag);
  auto lines = figures_of(page, "weir_loop_lag_seconds");
  EXPECT_TRUE(
      lines.starts_with("weir_loop_lag_seconds_bucket{le=\"0.0001\"} 2\n"
                        "weir_loop_lag_seconds_bucket{le=\"0.00025\"} 4\n"))
      << lines;
  EXPECT_TRUE(
      lines.ends_with("weir_loop_lag_seconds_bucket{le=\"1\"} 4\n"
                      "weir_loop_lag_seconds_bucket{le=\"+Inf\"} 6\n"
                      "weir_loop_lag_seconds_sum 3.400402\n"
                      "weir_loop_lag_seconds_count 6\n"))
      << lines;
}

TEST(MetricsPage, is_never_longer_than_its_bound_and_says_what_it_left_out) {
  constexpr std::size_t kSeries = 1'000;
  const std::string long_name(10'000, 'x');
  MetricsPage page;
  for (std::size_t i = 0; i < kSeries; ++i) {
    page.add("weir_unpriced_calls_total", {fmt::format("{}{}", i, long_name)}, 1);
  }
  auto text = page.text();
  EXPECT_LE(text.size(), MetricsPage::kMost.count + 16'384);
  std::size_t written = 0;
  for (auto at = text.find("total{"); at != std::string::npos; at = text.find("total{", at + 1)) ++written;
  EXPECT_GT(written, kSeries / 2);
  EXPECT_LT(written, kSeries);
  EXPECT_EQ(figures_of(page, "weir_metrics_left_out"),
            fmt::format("weir_metrics_left_out {}\n", kSeries - written));
}

}  // namespace
}  // namespace weir::telemetry
