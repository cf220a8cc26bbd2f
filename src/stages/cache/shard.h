// A part of the memory cache: the entries whose digests fall here, behind one mutex.
//
// What frees memory collects it under the lock and frees it after.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "cache/aliases.h"
#include "cache/costs.h"
#include "cache/counts.h"
#include "cache/entry.h"
#include "cache/eviction.h"
#include "cache/expiry_wheel.h"
#include "cache/shares.h"
#include "recording/memory_budget.h"

namespace weir::cache {

// What all shards of a cache have in common. All must outlive them.
struct ShardWorld {
  recording::MemoryBudget& budget;
  const Generations& generations;
  Shares& shares;
  EvictionFactory make_eviction;
  std::size_t most_aliases;  // in one shard
};

// Any thread. Takes no other shard's lock, and nothing from the budget; gives back to it.
class Shard {
 public:
  // So many entries, or empty buckets, are looked at while the lock is held.
  static constexpr std::size_t kSlice = 1000;

  Shard(const ShardWorld& world, TimePoint now);
  ~Shard();

  // Only what is fresh.
  Found find(const EntryKey& key, TimePoint now);
  // What is stale, too. Not counted.
  std::optional<Hit> find_stale(const EntryKey& key, TimePoint now);
  // `allowance` holds at least most_cost(entry).
  Kept keep(Entry entry, Allowance& allowance);
  bool remove(const EntryKey& key);
  // A copy of what is kept there, dead or alive.
  std::optional<Entry> entry_at(const EntryKey& key);
  // What an entry may cost besides its answer.
  static std::uint64_t most_cost(const Entry& entry);

  enum class Victim : std::uint8_t { stale, fresh };
  // Evicts one entry of `holder`; what that frees if nobody reads it, 0 when it has none such here. Fresh is
  // also what has expired and has not been noticed yet.
  std::uint64_t evict(HolderId holder, Victim victim);
  // Makes stale what has expired and takes out what has come to its end, kSlice at most; false when no more
  // has.
  bool expire(TimePoint now);

  // Where a sweep has come to.
  struct Place {
    std::size_t bucket = 0;
    std::size_t buckets = 0;  // a table that has been made anew is begun anew
    std::uint64_t matched = 0;
  };
  // One slice of a sweep; false when the shard is done. `count_slice` counts what is alive and covered,
  // `remove_slice` takes out what is dead by its generation and counts what of it is covered.
  bool count_slice(Place& place, const Selector& selector, TimePoint now);
  bool remove_slice(Place& place, const Selector& selector);

  std::optional<Digest> find_alias(const Digest& raw);
  // `allowance` holds at least Aliases::cost().
  void note_alias(const Digest& raw, const Digest& canonical, Allowance& allowance);
  // Drops the oldest until `wanted` bytes are free, if there are as many; what was freed.
  std::uint64_t drop_aliases(std::uint64_t wanted);

  const Counters& counters() const { return counters_; }
  void count_no_room();

 private:
  struct TenantQueue;
  struct Slot;
  using Slots = std::unordered_map<EntryKey, Slot, EntryKeyHash>;
  using Queues = std::unordered_map<HolderId, TenantQueue>;
  using Removed = std::vector<Slots::node_type>;

  static std::uint64_t own_cost(const Entry& entry);
  static std::uint64_t queue_cost();
  TenantQueue& queue_of(const Entry& entry, std::uint64_t bytes, Allowance& allowance);
  void insert(Entry& entry, Allowance& allowance);
  // What is kept there; what is purged or at its end goes into `removed`.
  std::expected<Slot*, Miss> look(const EntryKey& key, TimePoint now, Slots::node_type& removed);
  // It has expired, and stays for a while.
  void make_stale(Slot& slot);
  // Out of the map and of everything else; `take_victim_out` when it has left its queue's order already.
  Slots::node_type take_out(Slots::iterator at, Reason reason);
  Slots::node_type take_victim_out(Slots::iterator at, Reason reason);
  void shrink_table();
  // Calls `visit(iterator)` for the slots of the next slice.
  template <class Visit>
  bool visit_slice(Place& place, Visit visit);

  const ShardWorld world_;
  std::mutex mutex_;  // guards all below; counters_ are read without
  Slots slots_;
  Queues queues_;
  ExpiryWheel wheel_;
  Aliases aliases_;
  Counters counters_;
};

}  // namespace weir::cache
