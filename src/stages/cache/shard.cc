#include "cache/shard.h"

#include <cstring>
#include <utility>

#include "cache/slot.h"

namespace weir::cache {
namespace {

// The bytes of the digest that neither its shard nor its bucket was chosen by.
std::uint32_t fingerprint_of(const EntryKey& key) {
  std::uint32_t fingerprint = 0;
  std::memcpy(&fingerprint, key.canonical.bytes.data() + 16, sizeof(fingerprint));
  return fingerprint + static_cast<std::uint32_t>(key.mode);
}

Lookup lookup_of(Miss miss) {
  switch (miss) {
    case Miss::expired:
      return Lookup::stale;
    case Miss::purged:
      return Lookup::purged;
    case Miss::absent:
      break;
  }
  return Lookup::miss;
}

std::uint64_t tags_cost(const Covered& covered) {
  return covered.tags.capacity() == 0 ? 0 : with_malloc(covered.tags.capacity() * sizeof(Mark));
}

}  // namespace

Shard::Shard(const ShardWorld& world, TimePoint now)
    : world_(world), wheel_(now), aliases_(world.most_aliases) {}

Shard::~Shard() {
  while (!slots_.empty()) take_out(slots_.begin(), Reason::purged);
  drop_aliases(counters_.bytes.value());
}

std::uint64_t Shard::own_cost(const Entry& entry) {
  return node_cost<Slots>() + tags_cost(entry.covered) + Eviction::kBytesPerEntry;
}

std::uint64_t Shard::queue_cost() {
  constexpr std::size_t kLargestOrder = 160;  // an object that implements Eviction, and its tables' headers
  return node_cost<Queues>() + with_malloc(kLargestOrder);
}

std::uint64_t Shard::most_cost(const Entry& entry) {
  return own_cost(entry) + queue_cost() + Shares::cost(entry.tenant);
}

Found Shard::find(const EntryKey& key, TimePoint now) {
  Slots::node_type removed;  // freed after the lock
  std::lock_guard lock(mutex_);
  auto kept = look(key, now, removed);
  if (kept && ((*kept)->stale || (*kept)->expires() <= now)) {
    Slot& slot = **kept;
    if (!slot.stale) make_stale(slot);
    kept = std::unexpected(std::exchange(slot.met, true) ? Miss::absent : Miss::expired);
  }
  counters_.of(kept ? Lookup::hit : lookup_of(kept.error())).add();
  if (!kept) return std::unexpected(kept.error());
  Slot& slot = **kept;
  slot.tenant->order->hit(slot);
  return Hit{slot.answer, slot.expires()};
}

std::optional<Hit> Shard::find_stale(const EntryKey& key, TimePoint now) {
  Slots::node_type removed;  // freed after the lock
  std::lock_guard lock(mutex_);
  auto kept = look(key, now, removed);
  if (!kept) return std::nullopt;
  return Hit{(*kept)->answer, (*kept)->expires()};
}

std::expected<Shard::Slot*, Miss> Shard::look(const EntryKey& key, TimePoint now, Slots::node_type& removed) {
  auto at = slots_.find(key);
  if (at == slots_.end()) return std::unexpected(Miss::absent);
  Slot& slot = at->second;
  if (slot.ends() <= now) {
    Miss miss = slot.met ? Miss::absent : Miss::expired;
    removed = take_out(at, Reason::expired);
    return std::unexpected(miss);
  }
  auto alive_at = world_.generations.judge(slot.covered, slot.alive_at);
  if (!alive_at) {
    removed = take_out(at, Reason::purged);
    return std::unexpected(Miss::purged);
  }
  slot.alive_at = *alive_at;
  return &slot;
}

// Nobody can hit it any more, so it leaves the order, in which it would push others out, and waits to be the
// next to go.
void Shard::make_stale(Slot& slot) {
  slot.tenant->order->remove(slot);
  slot.tenant->stale.push_back(slot);
  slot.due = slot.ends();
  slot.stale = true;
  wheel_.add(slot);
  counters_.stale.add();
}

Kept Shard::keep(Entry entry, Allowance& allowance) {
  Slots::node_type replaced;  // freed after the lock
  std::lock_guard lock(mutex_);
  auto alive_at = world_.generations.judge(entry.covered, entry.begun);
  if (!alive_at) {
    counters_.dead_on_arrival.add();
    return Kept::dead;
  }
  entry.begun = *alive_at;
  if (auto older = slots_.find(entry.key); older != slots_.end()) {
    replaced = take_out(older, older->second.stale ? Reason::expired : Reason::replaced);
  }
  insert(entry, allowance);
  return Kept::kept;
}

void Shard::insert(Entry& entry, Allowance& allowance) {
  std::uint64_t own = own_cost(entry);
  TenantQueue& queue = queue_of(entry, own + entry.answer->cost(), allowance);
  auto [at, made] = slots_.try_emplace(entry.key);
  Slot& slot = at->second;
  slot.due = entry.expires;
  slot.stale_for = entry.stale_for;
  slot.bytes = own + entry.answer->cost();
  slot.fingerprint = fingerprint_of(entry.key);
  slot.key = &at->first;
  slot.tenant = &queue;
  slot.answer = std::move(entry.answer);
  slot.covered = std::move(entry.covered);
  slot.alive_at = entry.begun;
  slot.own = own;
  allowance.spend(own);
  queue.bytes += slot.bytes;
  queue.order->insert(slot);
  wheel_.add(slot);
  counters_.entries.add();
  counters_.bytes.add(slot.bytes);
}

Shard::TenantQueue& Shard::queue_of(const Entry& entry, std::uint64_t bytes, Allowance& allowance) {
  auto [holding, began] = world_.shares.add(entry.tenant, bytes);
  if (began) allowance.spend(Shares::cost(entry.tenant));
  auto [at, made] = queues_.try_emplace(holding.id);
  if (made) {
    at->second.holding = &holding;
    at->second.order = world_.make_eviction();
    allowance.spend(queue_cost());
    counters_.bytes.add(queue_cost());
  }
  return at->second;
}

bool Shard::remove(const EntryKey& key) {
  Slots::node_type removed;  // freed after the lock
  std::lock_guard lock(mutex_);
  auto at = slots_.find(key);
  if (at == slots_.end()) return false;
  removed = take_out(at, Reason::purged);
  return true;
}

std::optional<Entry> Shard::entry_at(const EntryKey& key) {
  std::lock_guard lock(mutex_);
  auto at = slots_.find(key);
  if (at == slots_.end()) return std::nullopt;
  const Slot& slot = at->second;
  return Entry{.key = key,
               .tenant = {*slot.tenant->holding->name},
               .covered = slot.covered,
               .begun = slot.alive_at,
               .expires = slot.expires(),
               .answer = slot.answer,
               .stale_for = slot.stale_for};
}

Shard::Slots::node_type Shard::take_out(Slots::iterator at, Reason reason) {
  Slot& slot = at->second;
  if (slot.stale) {
    static_cast<Evictable&>(slot).unlink();
  } else {
    slot.tenant->order->remove(slot);
  }
  return take_victim_out(at, reason);
}

Shard::Slots::node_type Shard::take_victim_out(Slots::iterator at, Reason reason) {
  Slot& slot = at->second;
  static_cast<Expiring&>(slot).unlink();
  std::uint64_t freed = slot.own;
  TenantQueue& queue = *slot.tenant;
  Shares::Holding& holding = *queue.holding;
  queue.bytes -= slot.bytes;
  if (queue.bytes == 0) {
    queues_.erase(holding.id);
    freed += queue_cost();
    counters_.bytes.subtract(queue_cost());
  }
  freed += world_.shares.subtract(holding, slot.bytes);
  world_.budget.give_back(freed);
  counters_.of(reason).add();
  counters_.entries.subtract();
  if (slot.stale) counters_.stale.subtract();
  counters_.bytes.subtract(slot.bytes);
  Slots::node_type removed = slots_.extract(at);
  shrink_table();
  return removed;
}

void Shard::shrink_table() {
  constexpr std::size_t kSmall = 1024;
  if (slots_.bucket_count() > kSmall && slots_.size() < slots_.bucket_count() / 4) slots_.rehash(0);
}

std::uint64_t Shard::evict(HolderId holder, Victim victim) {
  bool stale = victim == Victim::stale;
  if (stale && counters_.stale.value() == 0) return 0;
  Slots::node_type removed;  // freed after the lock
  std::lock_guard lock(mutex_);
  auto queue = queues_.find(holder);
  if (queue == queues_.end()) return 0;
  Evictable* evicted = stale ? queue->second.next_stale() : queue->second.order->victim();
  if (evicted == nullptr) return 0;
  std::uint64_t bytes = evicted->bytes;
  removed = take_victim_out(slots_.find(*static_cast<Slot*>(evicted)->key),
                            stale ? Reason::expired : Reason::capacity);
  return bytes;
}

bool Shard::expire(TimePoint now) {
  Removed removed;  // freed after the lock
  std::lock_guard lock(mutex_);
  for (std::size_t looked_at = 0; looked_at < kSlice; ++looked_at) {
    Expiring* due = wheel_.pop(now);
    if (due == nullptr) return false;
    auto& slot = *static_cast<Slot*>(due);
    if (slot.ends() > now) {
      make_stale(slot);
    } else {
      removed.push_back(take_out(slots_.find(*slot.key), Reason::expired));
    }
  }
  return true;
}

std::optional<Digest> Shard::find_alias(const Digest& raw) {
  std::lock_guard lock(mutex_);
  return aliases_.find(raw);
}

void Shard::note_alias(const Digest& raw, const Digest& canonical, Allowance& allowance) {
  std::lock_guard lock(mutex_);
  if (!aliases_.note(raw, canonical)) return;
  allowance.spend(Aliases::cost());
  counters_.aliases.add();
  counters_.bytes.add(Aliases::cost());
}

std::uint64_t Shard::drop_aliases(std::uint64_t wanted) {
  std::lock_guard lock(mutex_);
  std::uint64_t freed = 0;
  while (freed < wanted && aliases_.drop_oldest()) {
    freed += Aliases::cost();
    counters_.aliases.subtract();
  }
  counters_.bytes.subtract(freed);
  world_.budget.give_back(freed);
  return freed;
}

void Shard::count_no_room() {
  std::lock_guard lock(mutex_);
  counters_.no_room.add();
}

}  // namespace weir::cache
