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
