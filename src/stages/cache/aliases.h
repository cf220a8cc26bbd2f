// Which canonical key the raw bytes of a request came to, so that a repeat needs no parsing.
//
// First in, first out: an alias that is gone costs one parse, so nobody's are worth protecting.
#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>

#include "base/intrusive_list.h"
#include "cache/costs.h"
#include "model/digest.h"

namespace weir::cache {

// Under its shard's lock.
class Aliases {
 public:
  explicit Aliases(std::size_t most) : most_(most) {}

  std::optional<Digest> find(const Digest& raw) const;
  // Replaces an older one, or the oldest of all when there are as many as may be. Whether there is one more
  // now, so that cost() is in use.
  bool note(const Digest& raw, const Digest& canonical);
  // Whether there was one to drop, so that cost() is free.
  bool drop_oldest();
  std::size_t size() const { return known_.size(); }

  static constexpr std::uint64_t cost();

 private:
  struct Known : ListHook {
    Digest canonical;
    const Digest* raw = nullptr;  // its key in the map
  };
  std::size_t most_;
  std::unordered_map<Digest, Known, DigestHash> known_;
  IntrusiveList<Known> order_;  // the oldest first
};

constexpr std::uint64_t Aliases::cost() { return node_cost<decltype(known_)>(); }

}  // namespace weir::cache
