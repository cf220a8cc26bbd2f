// The metrics page, gathered from where things are counted.
#pragma once

#include <functional>
#include <string>

#include "cache/cache.h"
#include "journey/call_figures.h"
#include "listener/admission.h"
#include "load/gauge.h"
#include "load/level.h"
#include "reporter/reporter.h"
#include "resilience/registry.h"
#include "telemetry/degradations.h"

namespace weir::app {

// What one loop counts. Its loop writes, any thread reads.
struct LoopFigures {
  const journey::CallFigures& calls;
  const telemetry::Histogram& lag;
  const telemetry::Counter& open_streams;
};
using EachLoop = std::function<void(const std::function<void(const LoopFigures&)>&)>;

// How often the configuration was read again. Counted by the main thread.
struct Reloads {
  telemetry::Counter applied;
  telemetry::Counter refused;
};

// How full weir is, and what it does about it.
struct LoadFigures {
  const load::Admission& calls;
  const load::LoadGauge& gauge;
  const load::Levels& levels;
};

// What all loops count together.
struct SharedFigures {
  const Clock& clock;
  const cache::MemoryCache& cache;
  const listener::Admission& admission;
  const telemetry::Degradations& degradations;
  const reporter::Reporter& reporter;
  const Reloads& reloads;
  const resilience::Registry& endpoints;
  const LoadFigures load;
};

// docs/metrics.md. Reads files and takes milliseconds: not for a loop's thread.
std::string metrics_page(const SharedFigures& shared, const EachLoop& each_loop);

}  // namespace weir::app
