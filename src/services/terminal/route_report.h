// The admin API's answers about deployments and the level of service as people read them, and changes as the
// API takes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "terminal/parse.h"
#include "terminal/screen.h"

namespace weir::terminal {

// GET /api/v1/deployments, and what changing them answers: a line for each deployment and key. Nothing if it
// is no such document.
std::optional<std::string> route_report(std::string_view document, const Screen& screen);

// What the breakers of DEPLOYMENT, or that of its --key, are told, for POST /api/v1/deployments/breaker.
std::string breaker_change(const Arguments& arguments, std::string_view state);

// /api/v1/level: a sentence for the level, and one for the load. `now` is for telling how long. Nothing if it
// is no such document.
std::optional<std::string> level_report(std::string_view document, WallTime now, const Screen& screen);

// For PUT /api/v1/level.
std::string level_change(std::string_view level);

}  // namespace weir::terminal
