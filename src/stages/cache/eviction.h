// Who has to go when there is no room: the order of one tenant's entries in one shard.
#pragma once

#include <cstdint>
#include <memory>

#include "base/intrusive_list.h"

namespace weir::cache {

// What an order knows of an entry, and keeps in it. The entry belongs to its shard.
struct Evictable : ListHook {
  std::uint64_t bytes = 0;        // set before it is inserted
  std::uint32_t fingerprint = 0;  // the same whenever the same key comes back; set before it is inserted
  std::uint8_t frequency = 0;     // the order's own
  std::uint8_t queue = 0;         // the order's own
};

// Used under its shard's lock. An interface because orders are compared, and better ones may come.
class Eviction {
 public:
  // Besides what is in Evictable, an order may use this much memory for each entry it holds: it is paid for.
  static constexpr std::uint64_t kBytesPerEntry = 16;

  virtual ~Eviction() = default;
  virtual void insert(Evictable& entry) = 0;
  virtual void hit(Evictable& entry) = 0;
  // It goes for another reason than room.
  virtual void remove(Evictable& entry) = 0;
  // Who goes next; no longer in here when this returns. nullptr: nobody is left.
  virtual Evictable* victim() = 0;
};

using EvictionFactory = std::unique_ptr<Eviction> (*)();

}  // namespace weir::cache
