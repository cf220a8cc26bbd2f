// GET /readyz as people read it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "terminal/screen.h"

namespace weir::terminal {

// Whether the weir at `url` takes calls, a line for the level of service and for each deployment that is left
// alone, and a table of what else is degraded, since when, and why. `now` is for telling how long. Nothing if
// it is no such document.
std::optional<std::string> status_report(std::string_view document, std::string_view url, WallTime now,
                                         const Screen& screen);

}  // namespace weir::terminal
