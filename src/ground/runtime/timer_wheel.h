// One coarse timer wheel for each thread (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", scheme
// 6).
//
// Setting and clearing a timer is a few stores and no system call; timers never fire early, and at most one
// tick (1 ms) plus a turn of the loop late. A timer further away than one round of the wheel is looked at
// once a round.
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.h"
#include "base/intrusive_list.h"

namespace weir::runtime {

// Belongs to whoever waits; destroying it clears it. Derive and override `on_timer`.
class Timer : public ListHook {
 public:
  TimePoint deadline() const { return deadline_; }

 protected:
  ~Timer() = default;
  virtual void on_timer() = 0;

 private:
  friend class TimerWheel;
  TimePoint deadline_{};
};

// One thread.
class TimerWheel {
 public:
  static constexpr Duration kTick = std::chrono::milliseconds(1);
  static constexpr std::size_t kSlots = 4096;

  explicit TimerWheel(TimePoint now);

  // Moves the timer if it is set already. A deadline of TimePoint::max() never comes and costs nothing.
  void set(Timer& timer, TimePoint deadline);

  // Fires all that are due, in the order of their ticks. They may set and clear timers.
  void advance(TimePoint now);

  // No timer is due before this moment; TimePoint::max() when none is set.
  TimePoint next() const;

 private:
  using Tick = std::uint64_t;
  Tick tick_at_or_after(TimePoint when) const;
  void fire_slot(std::size_t slot, Tick target);
  bool maybe_occupied(std::size_t slot) const { return (occupied_[slot / 64] >> (slot % 64)) & 1; }
  void mark_occupied(std::size_t slot) { occupied_[slot / 64] |= std::uint64_t{1} << (slot % 64); }
  void mark_empty(std::size_t slot) const { occupied_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64)); }

  TimePoint start_;
  Tick current_ = 0;  // everything up to this tick has fired
  std::array<IntrusiveList<Timer>, kSlots> slots_;
  // A bit a slot. May be set for a slot that has become empty (timers unlink themselves); never clear for one
  // that has timers.
  mutable std::array<std::uint64_t, kSlots / 64> occupied_{};
};

}  // namespace weir::runtime
