// Moments as weir writes them in documents: "2026-11-21T14:02:11Z" (RFC 3339, in UTC, to the second).
#pragma once

#include <string>

#include <fmt/chrono.h>

#include "base/clock.h"

namespace weir {

inline std::string rfc3339(WallTime when) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

}  // namespace weir
