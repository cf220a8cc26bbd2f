#include "app/metrics.h"

#include "app/version.h"
#include "telemetry/log.h"
#include "telemetry/metrics_page.h"
#include "telemetry/process_figures.h"

namespace weir::app {
namespace {

using telemetry::MetricsPage;

void add_cache(MetricsPage& page, const cache::MemoryCache& cache) {
  using cache::Reason;
  constexpr std::string_view kLayer = "memory";
  auto counts = cache.counts();
  page.add("weir_cache_entries", {kLayer}, counts.entries);
  page.add("weir_cache_bytes", {kLayer}, counts.bytes);
  page.add("weir_cache_evictions_total", {kLayer, "capacity"}, counts.of(Reason::capacity));
  page.add("weir_cache_evictions_total", {kLayer, "expired"}, counts.of(Reason::expired));
  page.add("weir_cache_evictions_total", {kLayer, "purged"}, counts.of(Reason::purged));
  page.add("weir_cache_evictions_total", {kLayer, "replaced"}, counts.of(Reason::replaced));
}

void add_reports(MetricsPage& page, const reporter::Reporter& reporter) {
  auto figures = reporter.figures();
  page.add("weir_call_reports_dropped_total", {}, figures.reports_dropped);
  page.add("weir_trace_spans_total", {"sent"}, figures.spans_sent);
  page.add("weir_trace_spans_total", {"dropped"}, figures.spans_dropped);
  page.add("weir_trace_export_failures_total", {}, figures.export_failures);
}

// One deployment and key may be there twice for a while: after a reload that moved its provider elsewhere.
struct EndpointTotal {
  std::uint32_t under_way = 0;
  std::uint32_t limit = 0;
  std::optional<double> quota_left;
};

std::uint64_t figure_of(resilience::Breaker::State state) {
  switch (state) {
    case resilience::Breaker::State::closed:
      return 0;
    case resilience::Breaker::State::half_open:
      return 1;
    case resilience::Breaker::State::open:
      break;
  }
  return 2;
}

void add_endpoints(MetricsPage& page, const resilience::Registry& registry, TimePoint now) {
  std::map<std::string_view, std::uint64_t> breakers;
  std::map<std::pair<std::string_view, std::string_view>, EndpointTotal> endpoints;
  std::map<std::string_view, std::uint32_t> waiting;
  for (const auto& endpoint : registry.endpoints()) {
    const auto& name = endpoint->name();
    const auto report = endpoint->report(now);
    auto& worst = breakers[name.deployment];
    worst = std::max(worst, figure_of(report.breaker.state));
    auto& total = endpoints[{name.deployment, name.key_name.empty() ? "none" : name.key_name}];
    total.under_way += report.standing.under_way;
    total.limit += report.limit;
    if (report.quota) total.quota_left = std::min(total.quota_left.value_or(1), report.quota->left);
    if (endpoint->room() != nullptr) waiting[name.provider] = endpoint->room()->waiting();
  }
  for (const auto& [deployment, state] : breakers) page.add("weir_breaker_state", {deployment}, state);
  for (const auto& [name, total] : endpoints) {
    const auto& [deployment, key_name] = name;
    page.add("weir_endpoint_under_way", {deployment, key_name}, total.under_way);
    page.add("weir_endpoint_limit", {deployment, key_name}, total.limit);
    if (total.quota_left)
      page.add("weir_endpoint_quota_left", {deployment, key_name}, Share{*total.quota_left});
  }
  for (const auto& [provider, calls] : waiting) page.add("weir_waiting_calls", {provider}, calls);
}

void add_load(MetricsPage& page, const LoadFigures& load) {
  page.add("weir_calls_under_way", {}, load.calls.taken());
  for (auto why : {load::Refusal::full, load::Refusal::share})
    page.add("weir_limited_total", {"overload", name_of(why)}, load.calls.refused(why));
  page.add("weir_load_ratio", {}, Share{load.gauge.load()});
  page.add("weir_degradation_level", {}, std::to_underlying(load.levels.now()));
}

void add_process(MetricsPage& page) {
  auto process = telemetry::process_figures();
  page.add("process_cpu_seconds_total", {}, process.cpu);
  page.add("process_max_fds", {}, process.most_descriptors);
  page.add("process_open_fds", {}, process.open_descriptors);
  page.add("process_resident_memory_bytes", {}, process.resident.count);
  page.add("process_start_time_seconds", {}, process.started);
  page.add("process_virtual_memory_bytes", {}, process.virtual_memory.count);
}

}  // namespace

std::string metrics_page(const SharedFigures& shared, const EachLoop& each_loop) {
  MetricsPage page;
  each_loop([&](const LoopFigures& loop) {
    loop.calls.add_to(page);
    page.add({}, loop.lag);
    page.add("weir_open_streams", {}, loop.open_streams.value());
  });
  page.add("weir_connections", {}, shared.admission.open());
  add_cache(page, shared.cache);
  add_endpoints(page, shared.endpoints, shared.clock.now());
  add_load(page, shared.load);
  for (const auto& part : shared.degradations.list()) page.add("weir_degraded", {part.part}, 1);
  page.add("weir_config_reloads_total", {"applied"}, shared.reloads.applied.value());
  page.add("weir_config_reloads_total", {"refused"}, shared.reloads.refused.value());
  page.add("weir_log_lines_dropped_total", {}, telemetry::log_lines_dropped());
  page.add("weir_build_info", {kVersion}, 1);
  add_reports(page, shared.reporter);
  add_process(page);
  return page.text();
}

}  // namespace weir::app
