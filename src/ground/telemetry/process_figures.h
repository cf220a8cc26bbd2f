// What the kernel knows of this process.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.h"
#include "base/units.h"

namespace weir::telemetry {

// As Prometheus' own client libraries tell it. What can't be read is 0.
struct ProcessFigures {
  Duration cpu{};  // user and system
  Bytes resident;
  Bytes virtual_memory;
  Duration started{};  // since 1970
  std::uint64_t open_descriptors = 0;
  std::uint64_t most_descriptors = 0;
};

// Reads /proc (proc(5)); takes as long as there are descriptors, so not on a loop.
ProcessFigures process_figures();

}  // namespace weir::telemetry
