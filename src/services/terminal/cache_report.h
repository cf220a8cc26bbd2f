// The admin API's answers about the cache as people read them, and a purge as the API takes it (CONTRACT
// "Admin API").
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "terminal/parse.h"
#include "terminal/screen.h"

namespace weir::terminal {

// GET /api/v1/cache/stats: a line for each figure, a column for each layer. Nothing if it is no such
// document.
std::optional<std::string> cache_stats_report(std::string_view document, const Screen& screen);

// What `weir cache purge` was told to purge, for POST /api/v1/cache/purge. Nothing if it was told nothing.
std::optional<std::string> purge_order(const Arguments& arguments);

// The answer to it, as a sentence. Nothing if it is no such document.
std::optional<std::string> purge_report(std::string_view document, const Arguments& arguments);

}  // namespace weir::terminal
