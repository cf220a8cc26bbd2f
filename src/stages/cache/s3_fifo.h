// S3-FIFO: Yang, Zhang, Qiu, Yue, Rashmi, "FIFO queues are all you need for cache eviction", SOSP 2023.
//
// New entries wait in a small queue, a tenth of the bytes. One that was hit more than once while it waited
// goes on to the main queue; the others are evicted, and leave a ghost. Who comes back while its ghost is
// remembered enters the main queue at once. In the main queue each hit, up to three, is worth another round.
// So what is asked for once, as most things are, costs the rest next to nothing.
#pragma once

#include "base/intrusive_list.h"
#include "cache/eviction.h"
#include "cache/ghosts.h"

namespace weir::cache {

// Under its shard's lock. Every call costs O(1), taken over all calls.
class S3Fifo final : public Eviction {
 public:
  static std::unique_ptr<Eviction> make() { return std::make_unique<S3Fifo>(); }

  void insert(Evictable& entry) override;
  void hit(Evictable& entry) override;
  void remove(Evictable& entry) override;
  Evictable* victim() override;

 private:
  struct Queue {
    IntrusiveList<Evictable> entries;  // the oldest first
    std::uint64_t bytes = 0;
  };
  enum Place : std::uint8_t { kSmall, kMain };

  Queue& queue_of(const Evictable& entry) { return entry.queue == kSmall ? small_ : main_; }
  void push(Place place, Evictable& entry);
  Evictable& pop(Queue& queue);
  Evictable* oldest_of_small();
  Evictable* oldest_of_main();
  void left() { ghosts_.fit(--count_); }

  Queue small_;
  Queue main_;
  std::size_t count_ = 0;
  Ghosts ghosts_;
};

}  // namespace weir::cache
