// How much of the memory cache each tenant holds, and who holds most.
//
// Whoever has to give way is the one that holds most. The largest of some numbers is at least their mean, so
// a tenant that holds less than its share (what all hold, divided by how many hold anything) never gives way
// to another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/ids.h"
#include "telemetry/counter.h"

namespace weir::cache {

// A tenant while it holds something. Never used again, so an old one is nobody's.
enum class HolderId : std::uint64_t {};

// Any thread; its lock is held for O(log tenants) and takes no other.
class Shares {
 public:
  // What one tenant holds. Valid while it holds anything.
  struct Holding {
    HolderId id{};
    std::uint64_t bytes = 0;
    std::size_t place = 0;              // in the heap
    const std::string* name = nullptr;  // its key in the map
  };
  struct Added {
    Holding& holding;
    bool began = false;  // it held nothing before, so cost(tenant) is in use now
  };

  // `tenant` holds `bytes` (not 0) more.
  Added add(const TenantId& tenant, std::uint64_t bytes);
  // And less. When it holds nothing any more its holding is gone; gives what this frees, else 0.
  std::uint64_t subtract(Holding& holding, std::uint64_t bytes);

  std::optional<HolderId> most() const;
  std::uint64_t held_by(const TenantId& tenant) const;
  std::size_t holders() const;

  // What remembering `tenant` costs.
  static std::uint64_t cost(const TenantId& tenant);
  // What remembering all of them costs.
  std::uint64_t bytes() const { return bytes_.value(); }

 private:
  // A heap in which each knows its place, so that a change moves one and allocates nothing.
  void sift_up(std::size_t place);
  void sift_down(std::size_t place);
  void put(std::size_t place, Holding* holding);

  mutable std::mutex mutex_;  // guards all below
  std::unordered_map<std::string, Holding> holdings_;
  std::vector<Holding*> heap_;
  std::uint64_t next_id_ = 1;
  telemetry::Counter bytes_;
};

}  // namespace weir::cache
