// When a provider's rate limit is full again, as its headers write it.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace weir::resilience {

// How long it takes from `now` on. Read are
//   "1h2m3.5s", "6m0s", "120ms"     OpenAI (platform.openai.com/docs/guides/rate-limits): h, m, s, ms, us, ns
//   "2025-07-29T09:59:33Z"          Anthropic (docs.anthropic.com/en/api/rate-limits): RFC 3339
//   "500"                           Azure: milliseconds, by what it says beside it (119 requests of 120 a
//   minute
//                                   are left, and 500 until all are)
// A moment that is over is zero. Nothing for anything else, and for what is more than a day away: no limit is
// counted by longer times, but a wrong clock or another unit is.
std::optional<Duration> read_reset(std::string_view text, WallTime now);

}  // namespace weir::resilience
