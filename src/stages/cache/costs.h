// What the cache's own bookkeeping costs in memory, so that the budget counts it too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "recording/memory_budget.h"

namespace weir::cache {

using recording::with_malloc;

// A node of std::unordered_map and its part of the table of buckets: one pointer at best, two on average when
// the table has just grown.
template <class Map>
constexpr std::uint64_t node_cost() {
  return with_malloc(sizeof(void*) + sizeof(typename Map::value_type)) + 2 * sizeof(void*);
}

// Bytes taken from the budget before it is known how many are needed: taking may make room, and that needs
// the locks under which the need is known.
class Allowance {
 public:
  // Nothing when the budget has no room.
  static std::optional<Allowance> take(recording::MemoryBudget& budget, std::uint64_t bytes) {
    if (!budget.take(bytes)) return {};
    return Allowance(budget, bytes);
  }
  Allowance(Allowance&& other) noexcept : budget_(other.budget_), left_(std::exchange(other.left_, 0)) {}
  Allowance& operator=(Allowance&&) = delete;
  // What was not spent goes back.
  ~Allowance() { budget_.give_back(left_); }

  // These bytes are in use now; whoever frees them gives them back to the budget.
  void spend(std::uint64_t bytes) { left_ -= bytes; }

 private:
  Allowance(recording::MemoryBudget& budget, std::uint64_t bytes) : budget_(budget), left_(bytes) {}
  recording::MemoryBudget& budget_;
  std::uint64_t left_;
};

}  // namespace weir::cache
