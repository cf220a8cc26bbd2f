// Moments in documents of the API, for people.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace weir::terminal {

// "2026-11-21T14:02:11Z" (RFC 3339), as weir writes times; nothing for any other way.
std::optional<WallTime> time_of(const std::string& text);

// "3 min": from that moment until `now`; empty where it is no moment.
std::string for_how_long(const std::string& since, WallTime now);

}  // namespace weir::terminal
