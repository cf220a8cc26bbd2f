// When entries come to an end of their time, to the second.
//
// runtime's TimerWheel is made for deadlines of milliseconds: it would look at an entry that lives for a day
// every four seconds, and takes 64 KiB. Here a tick is a second and a round 8.5 minutes (scheme 6 of
// Varghese and Lauck, "Hashed and Hierarchical Timing Wheels"), so that 200,000 entries cost 400 looks a
// second. Whoever reads an entry compares its time itself; this only sees to those that nobody asks for.
#pragma once

#include <array>
#include <cstddef>

#include "base/clock.h"
#include "base/intrusive_list.h"

namespace weir::cache {

// Something whose time ends. Leaves its wheel when destroyed.
struct Expiring : ListHook {
  TimePoint due{};
};

// One thread at a time.
class ExpiryWheel {
 public:
  static constexpr Duration kTick = std::chrono::seconds(1);
  static constexpr std::size_t kSlots = 512;

  explicit ExpiryWheel(TimePoint now) : start_(now) {}

  // Until it is `due`; TimePoint::max() never comes.
  void add(Expiring& expiring);

  // One that is due, at most a tick late, taken out; nullptr when there is no more. `now` doesn't go
  // back.
  Expiring* pop(TimePoint now);

 private:
  using Tick = std::uint64_t;
  Tick tick_at_or_after(TimePoint when) const;
  IntrusiveList<Expiring>& slot_of(Tick tick) { return slots_[tick % kSlots]; }

  TimePoint start_;
  Tick current_ = 0;                 // what is due up to this tick has been popped, but for `visited_`
  IntrusiveList<Expiring> visited_;  // the slot of `current_`, as far as it is still to be looked at
  std::array<IntrusiveList<Expiring>, kSlots> slots_;
};

}  // namespace weir::cache
