// What a reload can't change.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace weir::config {

// The settings that differ and need a restart to take effect (declaration.h says which), in the order of the
// file: "listen", "cache.memory.capacity".
std::vector<std::string> restart_needed(const Settings& before, const Settings& after);

}  // namespace weir::config
