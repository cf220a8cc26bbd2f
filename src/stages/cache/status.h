// What an answer says about the cache (RFC 9211, and CONTRACT "Caching headers").
#pragma once

#include "cache/cache.h"
#include "http/header_lines.h"

namespace weir::cache {

// How a caller came by an answer that was not in the cache.
enum class Way : std::uint8_t {
  opened,  // its own call, which others may join
  joined,  // somebody else's call that was under way
  alone,   // its own call, which nobody may join
};

// `Cache-Status: weir; hit; …`, `Age`, `x-weir-cache-key`, and on answers that are not streamed
// `x-weir-saved-usd` where the price is known.
void add_hit_lines(const Plan& plan, const Served& served, TimePoint now, WallTime wall,
                   http::HeaderLines& lines);

// The same for an answer that find_stale gave: `ttl` is how long ago it expired, as a negative number (RFC
// 9211 section 2.4), and `detail=stale-if-error`. One that is still fresh is a hit like any other.
void add_stale_lines(const Plan& plan, const Served& served, TimePoint now, WallTime wall,
                     http::HeaderLines& lines);

// `Cache-Status: weir; fwd=…` and `x-weir-cache-key`. `stored`: it is known that the answer was kept.
void add_forward_lines(const Plan& plan, Way way, bool stored, http::HeaderLines& lines);

// only-if-cached was asked for, and it isn't.
Failure not_cached();

}  // namespace weir::cache
