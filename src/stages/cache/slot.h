// An entry's place in its shard, and the tenants' queues there. For shard.cc and shard_sweep.cc only.
#pragma once

#include <memory>

#include "cache/shard.h"

namespace weir::cache {

// One tenant's entries in one shard; gone with the last of them.
struct Shard::TenantQueue {
  Shares::Holding* holding = nullptr;
  std::unique_ptr<Eviction> order;  // of those that can be hit
  IntrusiveList<Evictable> stale;   // those that have expired, the longest ago first
  std::uint64_t bytes = 0;

  Evictable* next_stale() { return stale.empty() ? nullptr : &stale.pop_front(); }
};

// Due when it expires, and then once more: when it has been stale for as long as it may.
struct Shard::Slot : Expiring, Evictable {
  bool stale = false;             // it is in its tenant's `stale`, and no longer in `order`
  bool met = false;               // a look-up has found it expired
  const EntryKey* key = nullptr;  // its key in the map
  TenantQueue* tenant = nullptr;
  Ref<const recording::KeptAnswer> answer;
  Covered covered;
  Generation alive_at;    // when it was begun, or later when it was last known to be alive
  std::uint64_t own = 0;  // what it costs besides its answer
  Duration stale_for{};

  TimePoint expires() const { return stale ? due - stale_for : due; }
  // From then on it is nothing to anybody.
  TimePoint ends() const { return stale || due == TimePoint::max() ? due : due + stale_for; }
};

}  // namespace weir::cache
