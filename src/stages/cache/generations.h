// Purging in constant time: nothing is looked for, what is older than the purge is dead from then on.
//
// One number counts purges, and each purge notes its own under its selector. What was begun (a flight, and
// the entry that came of it) while the number stood at B is dead iff a selector that covers it bears a number
// above B. So an answer that was on its way while it was purged is dead when it comes, and no purge waits for
// anything.
//
//   Generation begun = generations.now();          // when the flight opens, before anything is asked
//   …
//   if (!generations.judge(covered, begun)) …      // at each hit, and when somebody wants to join
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <unordered_map>

#include "cache/selector.h"

namespace weir::cache {

// How many purges there had been.
struct Generation {
  std::uint64_t number = 0;
  auto operator<=>(const Generation&) const = default;
};

// Any thread.
class Generations {
 public:
  // Selectors are remembered up to this many. One more, and everything is purged once instead, which lets
  // them all be forgotten: too much is purged, never too little.
  static constexpr std::size_t kMaxSelectors = 65'536;

  Generation now() const { return {number_.load(std::memory_order_acquire)}; }

  // From its return on, nothing that `selector` covers and that was begun before is alive. Gives the new
  // number.
  Generation purge(const Selector& selector);

  // Nothing when what was begun at `begun` is dead. Else the number it is known to be alive at, which may
  // stand for `begun` from then on and makes the next judgement quick: one atomic load while nothing is
  // purged.
  std::optional<Generation> judge(const Covered& covered, Generation begun) const;

 private:
  std::atomic<std::uint64_t> number_ = 0;  // written under the lock
  mutable std::shared_mutex mutex_;        // guards all below
  Generation everything_;                  // when everything was purged
  std::unordered_map<Mark, Generation> purged_;
};

}  // namespace weir::cache
