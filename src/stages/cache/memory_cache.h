// Answers kept in memory: the first layer of the cache.
//
// An answer is found by the canonical digest of its request, in which its tenant is, and its mode; never one
// that was purged, and one that has expired (it is stale from then on) only by who asks for such. All of it
// (answers, bookkeeping, what the orders of eviction remember) counts in one MemoryBudget with the
// recordings; when that is full the cache gives way.
//
// Who gives way: the tenant that holds most. So no tenant loses an entry for room while it holds less than
// its share, which is what the cache holds divided by the tenants that hold something. Which of its entries:
// those that are stale before all others, the longest first; then what the Eviction says (S3-FIFO), which
// knows of no stale ones; shard by shard in turn.
//
// Locks are taken in this order: evicting_, then one shard's, then those of Generations or Shares.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>

#include "cache/counts.h"
#include "cache/entry.h"
#include "cache/generations.h"
#include "cache/s3_fifo.h"
#include "cache/shard.h"
#include "cache/shares.h"
#include "recording/memory_budget.h"

namespace weir::cache {

// Any thread. Budget and generations must outlive it; it must outlive whoever takes from the budget.
class MemoryCache {
 public:
  static constexpr std::size_t kShards = 16;
  // Aliases take at most this part of the budget.
  static constexpr std::uint64_t kAliasesPart = 8;

  MemoryCache(recording::MemoryBudget& budget, const Generations& generations, TimePoint now,
              EvictionFactory make_eviction = S3Fifo::make);
  ~MemoryCache();
  MemoryCache(const MemoryCache&) = delete;
  MemoryCache& operator=(const MemoryCache&) = delete;

  // What is dead is removed.
  Found find(const EntryKey& key, TimePoint now);
  // The same, but stale ones are found, too; and no look-up is counted.
  std::optional<Hit> find_stale(const EntryKey& key, TimePoint now);
  // Replaces an older one. Hold no lock that evicting may need: making room for it may evict others.
  Kept keep(Entry entry);
  // Keeps the same answer in another mode beside the entry of `original`: as long, and under the same purges.
  Kept keep_beside(const EntryKey& original, Ref<const recording::KeptAnswer> turned);
  // Whether it was there.
  bool remove(const EntryKey& key);

  // What the raw bytes of a request stand for, if it is remembered.
  std::optional<Digest> find_alias(const Digest& raw);
  // Remembers it, if there is room.
  void note_alias(const Digest& raw, const Digest& canonical);

  // Makes stale what has expired, and frees what has been so for its time. For a loop to call about once a
  // second; no lock is held for more than Shard::kSlice entries.
  void advance(TimePoint now);

  // Evicts at least `wanted` bytes, if it holds as many; what readers still hold is freed when they are done,
  // so less may be free afterwards. The budget calls it.
  void make_room(std::uint64_t wanted);

  Counts counts() const;
  // What a tenant's entries cost.
  Bytes held_by(const TenantId& tenant) const { return {shares_.held_by(tenant)}; }
  std::size_t tenants() const { return shares_.holders(); }

 private:
  friend class Sweep;
  Shard& shard_of(const Digest& digest) const { return *shards_[digest.bytes[kShardByte] % kShards]; }
  std::uint64_t evict_one();
  std::uint64_t evict_of(HolderId holder, Shard::Victim victim);

  static constexpr std::size_t kShardByte = 8;  // the first eight choose the bucket
  recording::MemoryBudget& budget_;
  Shares shares_;
  std::array<std::unique_ptr<Shard>, kShards> shards_;
  // One evicts at a time, so that who holds most when it is chosen still does when it gives way.
  std::mutex evicting_;
  std::size_t next_shard_ = 0;  // guarded by evicting_
};

// Goes through the cache in slices, so that whoever does it can do other things in between.
//
//   generations.purge(selector);
//   Sweep sweep(cache, selector, Sweep::Purpose::remove);
//   while (sweep.step(clock.now())) co_await yield();
//   … sweep.matched()
class Sweep {
 public:
  enum class Purpose : std::uint8_t {
    count,   // how many entries a purge would take
    remove,  // free all that purges have taken; matched() is what `selector` covers of it
  };
  Sweep(MemoryCache& cache, const Selector& selector, Purpose purpose)
      : cache_(cache), selector_(selector), purpose_(purpose) {}

  // At most Shard::kSlice entries under one lock. False when it is done.
  bool step(TimePoint now);
  // So far. What others find dead and remove in the meantime isn't in it.
  std::uint64_t matched() const { return matched_ + place_.matched; }

 private:
  MemoryCache& cache_;
  Selector selector_;
  Purpose purpose_;
  std::size_t shard_ = 0;
  Shard::Place place_;
  std::uint64_t matched_ = 0;  // in the shards before
};

}  // namespace weir::cache
