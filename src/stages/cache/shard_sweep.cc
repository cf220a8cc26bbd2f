// Going through a shard in slices, while it goes on serving between them.
#include "cache/shard.h"
#include "cache/slot.h"

namespace weir::cache {

template <class Visit>
bool Shard::visit_slice(Place& place, Visit visit) {
  if (place.buckets != slots_.bucket_count()) place = {0, slots_.bucket_count(), place.matched};
  std::size_t looked_at = 0;
  while (place.bucket < place.buckets && looked_at < kSlice) {
    // A bucket holds one entry on average, and a keyed digest lets nobody aim for one.
    for (auto at = slots_.begin(place.bucket); at != slots_.end(place.bucket); ++at, ++looked_at) {
      visit(at->second);
    }
    ++place.bucket;
    ++looked_at;
  }
  return place.bucket < place.buckets;
}

bool Shard::count_slice(Place& place, const Selector& selector, TimePoint now) {
  std::lock_guard lock(mutex_);
  // Begun anew, what was counted is counted again.
  if (place.buckets != slots_.bucket_count()) place.matched = 0;
  return visit_slice(place, [&](const Slot& slot) {
    bool alive = slot.ends() > now && world_.generations.judge(slot.covered, slot.alive_at);
    if (alive && selector.covers(slot.covered)) ++place.matched;
  });
}

bool Shard::remove_slice(Place& place, const Selector& selector) {
  Removed removed;  // freed after the lock
  std::lock_guard lock(mutex_);
  std::vector<EntryKey> dead;
  bool more = visit_slice(place, [&](const Slot& slot) {
    if (world_.generations.judge(slot.covered, slot.alive_at)) return;
    if (selector.covers(slot.covered)) ++place.matched;
    dead.push_back(*slot.key);
  });
  for (const EntryKey& key : dead) removed.push_back(take_out(slots_.find(key), Reason::purged));
  return more;
}

}  // namespace weir::cache
