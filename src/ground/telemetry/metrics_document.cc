#include "telemetry/metrics_document.h"

#include "telemetry/metrics.h"

namespace weir::telemetry {
namespace {

constexpr std::string_view kHead = R"(# Metrics

Written from the declaration in `src/ground/telemetry/metrics.h`; don't edit it here.

`GET /metrics` tells them in Prometheus' text format. It needs no key, unless `metrics.protect` says so: the page holds
only figures and names from the configuration. All event loops are summed up. In `deploy/prometheus` there are a
scrape configuration and alerts, in `deploy/grafana` a board.

Labels have bounded values. What is not configured counts as `other`: a model that a caller made up is no series.

| label | values |
|---|---|
| `path` | a path that weir relays, or `other` |
| `model` | a name or a pattern of `models`, or `other` |
| `tier` | `default`, as long as keys have no label of this name |
| `team` | `default`, as long as there are no teams |
| `outcome` of calls | `ok`, `caller_error`, `provider_error`, `weir_error`, `caller_gone` |
| `outcome` of others | `applied`, `refused`; `sent`, `dropped` |
| `kind` of errors | the `code` of the error that the caller got |
| `kind` of limits | `overload` |
| `scope` | of `overload`: `full`, `share` |
| `origin` | whose fault it was: `caller`, `weir`, `provider` |
| `layer` | of the cache: `memory` |
| `result` | `hit`, `miss`, `stale` (a miss: it had expired), `joined` (a call that was under way), `bypass` |
| `reason` of evictions | `capacity`, `expired`, `purged`, `replaced` |
| `reason` of fallbacks | `outage`, `context_window`, `content_policy`, `cheaper`, `stale`, `canned` |
| `from`, `to` | names and patterns of `models` |
| `by` | `hit`, `joined` |
| `provider`, `key_name` | names in `providers`; `none` where no key was needed |
| `deployment` | `PROVIDER/MODEL`, as `models` has it; `PROVIDER/*` for what a pattern stands for |
| `status_code` | the provider's HTTP status, or `none` |
| `direction` | `input`, `output`, `cached_input`, `reasoning` |
| `part` | as in `/readyz` |

Histograms count seconds.

| metric | type | labels | what it tells | buckets up to |
|---|---|---|---|---|
)";

}  // namespace

std::string metrics_document() {
  std::string page(kHead);
  for (const auto& metric : kMetrics) {
    std::string labels;
    for (std::size_t i = 0; i < metric.label_count(); ++i) {
      labels += fmt::format("{}`{}`", labels.empty() ? "" : ", ", metric.labels[i]);
    }
    std::string bounds;
    for (auto bound : metric.bounds) {
      bounds += fmt::format("{}{}", bounds.empty() ? "" : ", ", std::chrono::duration<double>(bound).count());
    }
    page += fmt::format("| `{}` | {} | {} | {} | {} |\n", metric.name, name_of(metric.type), labels,
                        metric.help, bounds);
  }
  return page;
}

}  // namespace weir::telemetry
