// An entry's place in its shard, and the tenants' queues there. For shard.cc and shard_sweep.cc only.
#pragma once

#include <memory>

#include "cache/shard.h"

namespace weir::cache {

// One tenant's entries in one shard; gone with the last of them.
struct Shard::TenantQueue {
  Shares::Holding* holding = nullptr;
  std::unique_ptr<Eviction> order;
  std::uint64_t bytes = 0;
};

struct Shard::Slot : Expiring, Evictable {
  const EntryKey* key = nullptr;  // its key in the map
  TenantQueue* tenant = nullptr;
  Ref<const recording::KeptAnswer> answer;
  Covered covered;
  Generation alive_at;    // when it was begun, or later when it was last known to be alive
  std::uint64_t own = 0;  // what it costs besides its answer
};

}  // namespace weir::cache
