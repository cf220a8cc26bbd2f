#include "cache/memory_cache.h"

#include <utility>

namespace weir::cache {

MemoryCache::MemoryCache(recording::MemoryBudget& budget, const Generations& generations, TimePoint now,
                         EvictionFactory make_eviction)
    : budget_(budget) {
  std::size_t most_aliases = budget.limit().count / kAliasesPart / kShards / Aliases::cost();
  for (auto& shard : shards_) {
    shard =
        std::make_unique<Shard>(ShardWorld{budget, generations, shares_, make_eviction, most_aliases}, now);
  }
  budget.on_full([this](std::uint64_t wanted) { make_room(wanted); });
}

MemoryCache::~MemoryCache() { budget_.on_full({}); }

Found MemoryCache::find(const EntryKey& key, TimePoint now) { return shard_of(key.canonical).find(key, now); }

std::optional<Hit> MemoryCache::find_stale(const EntryKey& key, TimePoint now) {
  return shard_of(key.canonical).find_stale(key, now);
}

Kept MemoryCache::keep(Entry entry) {
  Shard& shard = shard_of(entry.key.canonical);
  auto allowance = Allowance::take(budget_, Shard::most_cost(entry));
  if (!allowance) {
    shard.count_no_room();
    return Kept::no_room;
  }
  return shard.keep(std::move(entry), *allowance);
}

Kept MemoryCache::keep_beside(const EntryKey& original, Ref<const recording::KeptAnswer> turned) {
  auto entry = shard_of(original.canonical).entry_at(original);
  if (!entry) return Kept::dead;
  entry->key.mode = turned->facts().mode;
  entry->answer = std::move(turned);
  return keep(*std::move(entry));
}

bool MemoryCache::remove(const EntryKey& key) { return shard_of(key.canonical).remove(key); }

std::optional<Digest> MemoryCache::find_alias(const Digest& raw) { return shard_of(raw).find_alias(raw); }

void MemoryCache::note_alias(const Digest& raw, const Digest& canonical) {
  auto allowance = Allowance::take(budget_, Aliases::cost());
  if (allowance) shard_of(raw).note_alias(raw, canonical, *allowance);
}

void MemoryCache::advance(TimePoint now) {
  for (auto& shard : shards_) {
    while (shard->expire(now)) {
    }
  }
}

void MemoryCache::make_room(std::uint64_t wanted) {
  // A little more than was asked for, so that a full cache is not asked for each answer.
  constexpr std::uint64_t kSpare = 256;
  std::uint64_t aim = wanted + budget_.limit().count / kSpare;
  std::lock_guard lock(evicting_);
  std::uint64_t evicted = 0;
  while (evicted < aim) {
    std::uint64_t bytes = evict_one();
    if (bytes == 0) break;
    evicted += bytes;
  }
  for (auto& shard : shards_) {
    if (evicted < wanted) evicted += shard->drop_aliases(wanted - evicted);
  }
}

std::uint64_t MemoryCache::evict_one() {
  // Whoever holds most may lose its last entry to a purge before its shard is asked; then another holds most.
  // That can't go on for ever, but what can't be bounded isn't begun.
  constexpr int kAttempts = 16;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto holder = shares_.most();
    if (!holder) return 0;
    for (auto victim : {Shard::Victim::stale, Shard::Victim::fresh}) {
      std::uint64_t bytes = evict_of(*holder, victim);
      if (bytes > 0) return bytes;
    }
  }
  return 0;
}

std::uint64_t MemoryCache::evict_of(HolderId holder, Shard::Victim victim) {
  for (std::size_t i = 0; i < kShards; ++i) {
    std::uint64_t bytes = shards_[next_shard_++ % kShards]->evict(holder, victim);
    if (bytes > 0) return bytes;
  }
  return 0;
}

Counts MemoryCache::counts() const {
  Counts sum;
  sum.bytes = shares_.bytes();
  for (const auto& shard : shards_) add(sum, shard->counters());
  return sum;
}

bool Sweep::step(TimePoint now) {
  if (shard_ == MemoryCache::kShards) return false;
  Shard& shard = *cache_.shards_[shard_];
  bool more = purpose_ == Purpose::count ? shard.count_slice(place_, selector_, now)
                                         : shard.remove_slice(place_, selector_);
  if (more) return true;
  matched_ += std::exchange(place_, {}).matched;
  return ++shard_ < MemoryCache::kShards;
}

}  // namespace weir::cache
