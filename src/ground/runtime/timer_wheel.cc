#include "runtime/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace weir::runtime {

TimerWheel::TimerWheel(TimePoint now) : start_(now) {}

TimerWheel::Tick TimerWheel::tick_at_or_after(TimePoint when) const {
  if (when <= start_) return 0;
  return static_cast<Tick>((when - start_ + kTick - Duration(1)) / kTick);
}

void TimerWheel::set(Timer& timer, TimePoint deadline) {
  timer.unlink();
  timer.deadline_ = deadline;
  if (deadline == TimePoint::max()) return;
  Tick tick = std::max(tick_at_or_after(deadline), current_ + 1);
  slots_[tick % kSlots].push_back(timer);
  mark_occupied(tick % kSlots);
}

void TimerWheel::advance(TimePoint now) {
  if (now < start_) return;
  Tick target = static_cast<Tick>((now - start_) / kTick);
  // One round visits every slot; more would find nothing new.
  Tick first = std::max(current_ + 1, target > kSlots ? target - kSlots + 1 : 1);
  for (Tick tick = first; tick <= target; ++tick) {
    current_ = tick;
    if (maybe_occupied(tick % kSlots)) fire_slot(tick % kSlots, target);
  }
  current_ = std::max(current_, target);
}

void TimerWheel::fire_slot(std::size_t slot, Tick target) {
  // What fires may set new timers into this very slot, so the slot's timers are taken out first.
  IntrusiveList<Timer> visited;
  visited.splice_back(slots_[slot]);
  mark_empty(slot);
  while (!visited.empty()) {
    Timer& timer = visited.front();
    if (tick_at_or_after(timer.deadline_) > target) {  // a later round's
      slots_[slot].push_back(timer);
      mark_occupied(slot);
      continue;
    }
    timer.unlink();
    timer.on_timer();
  }
}

TimePoint TimerWheel::next() const {
  for (Tick ahead = 1; ahead <= kSlots;) {
    std::size_t slot = (current_ + ahead) % kSlots;
    std::uint64_t rest_of_word = occupied_[slot / 64] >> (slot % 64);
    if (rest_of_word == 0) {
      ahead += 64 - slot % 64;
      continue;
    }
    auto skipped = static_cast<Tick>(std::countr_zero(rest_of_word));
    slot += skipped;
    ahead += skipped;
    if (!slots_[slot].empty()) return start_ + kTick * static_cast<std::int64_t>(current_ + ahead);
    mark_empty(slot);
  }
  return TimePoint::max();
}

}  // namespace weir::runtime
