// Every metric, declared once: the page (metrics_page.h) and docs/metrics.md are written from this list.
#pragma once

#include <array>
#include <chrono>
#include <span>
#include <string_view>

#include "base/clock.h"

namespace weir::telemetry {

enum class MetricType : std::uint8_t { counter, gauge, histogram };
constexpr std::string_view name_of(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return "counter";
    case MetricType::gauge:
      return "gauge";
    case MetricType::histogram:
      return "histogram";
  }
  return "untyped";
}

// A name ends in its unit, as Prometheus has it (prometheus.io/docs/practices/naming). Times and shares are
// kept as whole billionths, and written as seconds and as 0 to 1.
struct MetricDeclaration {
  std::string_view name;
  MetricType type;
  std::string_view help;  // one sentence
  std::array<std::string_view, 4> labels = {};
  std::span<const Duration> bounds = {};  // of a histogram's buckets, the last of which has none

  constexpr bool in_billionths() const {
    return name.find("_seconds") != std::string_view::npos || name.ends_with("_ratio") ||
           name.ends_with("_left");
  }
  constexpr std::size_t label_count() const {
    std::size_t count = 0;
    while (count < labels.size() && !labels[count].empty()) ++count;
    return count;
  }
};

namespace bounds {
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// What a caller waits for: from a hit to the longest answer.
inline constexpr std::array<Duration, 15> kCall{
    milliseconds(1),  microseconds(2500), milliseconds(5),   milliseconds(10),  milliseconds(25),
    milliseconds(50), milliseconds(100),  milliseconds(250), milliseconds(500), seconds(1),
    seconds(2),       seconds(5),         seconds(10),       seconds(30),       seconds(60)};
// A turn of a loop: all that is past a few milliseconds is a fault.
inline constexpr std::array<Duration, 13> kTurn{
    microseconds(100), microseconds(250), microseconds(500), milliseconds(1),  microseconds(2500),
    milliseconds(5),   milliseconds(10),  milliseconds(25),  milliseconds(50), milliseconds(100),
    milliseconds(250), milliseconds(500), seconds(1)};
}  // namespace bounds

// In the order of the page.
inline constexpr std::array kMetrics = [] {
  using enum MetricType;
  return std::to_array<MetricDeclaration>({
      {"weir_requests_total", counter, "Calls that are over.", {"path", "model", "tier", "outcome"}},
      {"weir_request_seconds",
       histogram,
       "Time from a call's head to the end of its answer.",
       {"path", "model", "tier"},
       bounds::kCall},
      {"weir_time_to_first_token_seconds",
       histogram,
       "Time from a call's head to the first byte of its answer, of streams that ended well.",
       {"model", "tier"},
       bounds::kCall},
      {"weir_errors_total",
       counter,
       "Calls that failed, by the code that the caller got and whose fault it was.",
       {"kind", "origin"}},
      {"weir_open_streams", gauge, "Streams that are being answered."},
      {"weir_connections", gauge, "Connections from callers that are open."},

      {"weir_cache_requests_total",
       counter,
       "Calls that the cache was asked about, by what it did for them.",
       {"layer", "result"}},
      {"weir_cache_entries", gauge, "Answers that are kept.", {"layer"}},
      {"weir_cache_bytes", gauge, "Memory that kept answers take, with bookkeeping.", {"layer"}},
      {"weir_cache_evictions_total", counter, "Answers that went, by the reason.", {"layer", "reason"}},
      {"weir_saved_nanos_total",
       counter,
       "Nano-dollars that answers from the cache and shared calls would have cost, where prices are known.",
       {"by"}},

      {"weir_upstream_attempts_total",
       counter,
       "Attempts at providers, by the status that came; none where no answer did.",
       {"provider", "key_name", "status_code"}},
      {"weir_upstream_retries_total",
       counter,
       "Attempts that were made because one had failed, by that one's key and status; none where no answer "
       "came.",
       {"key_name", "status_code"}},
      {"weir_hedges_total",
       counter,
       "Attempts that were made because another was late, by whether theirs was the answer that counted.",
       {"result"}},
      {"weir_fallbacks_total",
       counter,
       "Calls for which another model was asked, or something else answered.",
       {"from", "to", "reason"}},
      {"weir_upstream_cancelled_total",
       counter,
       "Attempts that weir broke off because nobody waited any more, or because it was ending.",
       {"provider"}},
      {"weir_breaker_state",
       gauge,
       "0 closed, 1 half open, 2 open: the worst of a deployment's keys.",
       {"deployment"}},
      {"weir_endpoint_under_way",
       gauge,
       "Attempts that are under way at a deployment through a key.",
       {"deployment", "key_name"}},
      {"weir_endpoint_limit",
       gauge,
       "Attempts that may be under way there, as weir has learned; 0 where it knows of no limit.",
       {"deployment", "key_name"}},
      {"weir_endpoint_quota_left",
       gauge,
       "Of the provider's rate limit, the share that is left; only where the provider tells it.",
       {"deployment", "key_name"}},
      {"weir_waiting_calls", gauge, "Calls that wait until their provider takes more.", {"provider"}},
      {"weir_tokens_total",
       counter,
       "Tokens as providers counted them; cached_input is part of input, reasoning of output.",
       {"tier", "direction"}},
      {"weir_cost_nanos_total",
       counter,
       "Nano-dollars that attempts cost, where prices are known.",
       {"model", "team"}},
      {"weir_unpriced_calls_total",
       counter,
       "Attempts whose tokens are known, but not their price.",
       {"model"}},

      {"weir_calls_under_way", gauge, "Calls that hold a place, of listener.calls."},
      {"weir_limited_total",
       counter,
       "Calls that weir had no place for: all were taken (full), or their tenant's share was (share).",
       {"kind", "scope"}},
      {"weir_load_ratio", gauge, "How loaded weir is, from 0 to 1."},
      {"weir_degradation_level", gauge,
       "What weir leaves out: 0 nothing, 1 extras, 2 dearer models, 3 all that is not cached."},
      {"weir_loop_lag_seconds",
       histogram,
       "How long one turn of an event loop kept everything else on it waiting.",
       {},
       bounds::kTurn},
      {"weir_degraded", gauge, "1 for each part that does not work as it should.", {"part"}},
      {"weir_config_reloads_total",
       counter,
       "Changed configurations, by what became of them: applied or refused.",
       {"outcome"}},
      {"weir_log_lines_dropped_total", counter, "Log lines that were not written because too many waited."},
      {"weir_call_reports_dropped_total", counter,
       "Calls without a log line and a trace because too many reports waited."},
      {"weir_trace_spans_total", counter, "Spans, by what became of them: sent or dropped.", {"outcome"}},
      {"weir_trace_export_failures_total", counter, "Batches of spans that the collector did not take."},
      {"weir_build_info", gauge, "1, with the version that runs.", {"version"}},

      {"process_cpu_seconds_total", counter, "Processor time used, in user and system mode."},
      {"process_max_fds", gauge, "The most file descriptors that may be open."},
      {"process_open_fds", gauge, "File descriptors that are open."},
      {"process_resident_memory_bytes", gauge, "Resident memory."},
      {"process_start_time_seconds", gauge, "When the process started, in seconds since 1970."},
      {"process_virtual_memory_bytes", gauge, "Virtual memory."},

      // Last, because it is known when the rest of the page is written.
      {"weir_metrics_left_out", gauge, "Series that this page left out because it is as long as it may be."},
  });
}();

// One of kMetrics, by its name; one that is not declared does not compile.
class Metric {
 public:
  // Not explicit: a name stands where a metric is wanted.
  consteval Metric(const char* name) : index_(index_of(name)) {}

  constexpr std::size_t index() const { return index_; }
  constexpr const MetricDeclaration& declaration() const { return kMetrics[index_]; }

 private:
  static consteval std::size_t index_of(std::string_view name) {
    std::size_t index = 0;
    while (kMetrics.at(index).name != name) ++index;  // past the end: no constant, so no program
    return index;
  }

  std::size_t index_;
};

}  // namespace weir::telemetry
