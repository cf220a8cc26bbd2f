// The table of statuses in docs/resilience.md, made from the one that calls go by.
#pragma once

#include <string>

namespace weir::provider {

// Markdown.
std::string verdict_table();

}  // namespace weir::provider
