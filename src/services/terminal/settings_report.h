// What a configuration says, for `weir check`: a short table for people, and the same for programs. Never a
// key's value.
#pragma once

#include <string>

#include "config/settings.h"
#include "terminal/screen.h"

namespace weir::terminal {

std::string settings_report(const config::Settings& settings, const Screen& screen);

// {"listen","data_dir","master_key","providers":[{"name","kind","base_url","keys"}],"models":[{"name","cacheable",
// "provider"|"deployments":[{"provider","model","weight","priced"}]}],"cache":{"memory_capacity_bytes",
// "entry_limit_bytes","ttl_seconds","classes":{NAME: seconds}}}
std::string settings_json(const config::Settings& settings);

}  // namespace weir::terminal
