// How often something happened lately.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace weir::resilience {

// Counts in ten turns of equal length: the current one and the nine before it are `lately`. Any thread;
// nothing is locked.
class RecentCount {
 public:
  explicit RecentCount(Duration lately) : turn_length_(lately / kTurns) {}

  void add(TimePoint now) {
    std::uint32_t turn = turn_of(now);
    auto& place = turns_[turn % kTurns];
    Turn before = place.load();
    Turn after;
    do {
      // Whose clock is a little behind counts with those who are in the next round already.
      bool over = static_cast<std::int32_t>(turn - before.number) > 0;
      after = over ? Turn{turn, 1} : Turn{before.number, before.count + 1};
    } while (!place.compare_exchange_weak(before, after));
  }

  std::uint64_t count(TimePoint now) const {
    std::uint32_t turn = turn_of(now);
    std::uint64_t sum = 0;
    for (const auto& place : turns_) {
      Turn at = place.load();
      if (static_cast<std::int32_t>(turn - at.number) < kTurns) sum += at.count;
    }
    return sum;
  }

 private:
  static constexpr std::int32_t kTurns = 10;
  // In one word, so that a turn's number and count change together.
  struct Turn {
    std::uint32_t number = 0;
    std::uint32_t count = 0;
  };
  static_assert(std::atomic<Turn>::is_always_lock_free);

  std::uint32_t turn_of(TimePoint now) const {
    return static_cast<std::uint32_t>(now.time_since_epoch() / turn_length_);
  }

  Duration turn_length_;
  std::array<std::atomic<Turn>, kTurns> turns_{};
};

}  // namespace weir::resilience
