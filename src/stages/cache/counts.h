// How the memory cache has been doing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "telemetry/counter.h"

namespace weir::cache {

// What a look-up came to. `stale`: it was there but expired; each such answer counts once.
enum class Lookup : std::uint8_t { hit, miss, stale, purged };
// Why an entry went. `purged` is also what was removed by its key; `expired` is all that was stale, also what
// had to make room or was replaced.
enum class Reason : std::uint8_t { capacity, expired, purged, replaced };
inline constexpr std::size_t kLookups = 4;
inline constexpr std::size_t kReasons = 4;

template <class Number>
struct CountsOf {
  std::array<Number, kLookups> lookups{};
  std::array<Number, kReasons> evictions{};
  Number dead_on_arrival{};  // purged on their way, so not kept
  Number no_room{};          // not kept because nothing could be evicted
  Number entries{};
  Number stale{};  // of the entries, those that have expired
  Number aliases{};
  Number bytes{};  // of all these, with bookkeeping; not of answers that went while somebody still reads them

  Number& of(Lookup lookup) { return lookups[static_cast<std::size_t>(lookup)]; }
  Number& of(Reason reason) { return evictions[static_cast<std::size_t>(reason)]; }
};

// A moment's figures; of different counters they may be of slightly different moments.
using Counts = CountsOf<std::uint64_t>;
// One shard's: changed under its lock, read by any thread without.
using Counters = CountsOf<telemetry::Counter>;

// Adds a shard's figures to `sum`.
inline void add(Counts& sum, const Counters& shard) {
  for (std::size_t i = 0; i < kLookups; ++i) sum.lookups[i] += shard.lookups[i].value();
  for (std::size_t i = 0; i < kReasons; ++i) sum.evictions[i] += shard.evictions[i].value();
  sum.dead_on_arrival += shard.dead_on_arrival.value();
  sum.no_room += shard.no_room.value();
  sum.entries += shard.entries.value();
  sum.stale += shard.stale.value();
  sum.aliases += shard.aliases.value();
  sum.bytes += shard.bytes.value();
}

}  // namespace weir::cache
