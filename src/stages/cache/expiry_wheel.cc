#include "cache/expiry_wheel.h"

#include <algorithm>

namespace weir::cache {

ExpiryWheel::Tick ExpiryWheel::tick_at_or_after(TimePoint when) const {
  if (when <= start_) return 0;
  Duration since = when - start_;
  return static_cast<Tick>(since / kTick) + (since % kTick == Duration::zero() ? 0 : 1);
}

void ExpiryWheel::add(Expiring& expiring) {
  if (expiring.due == TimePoint::max()) return;
  slot_of(std::max(tick_at_or_after(expiring.due), current_ + 1)).push_back(expiring);
}

Expiring* ExpiryWheel::pop(TimePoint now) {
  if (now < start_) return nullptr;
  Tick target = static_cast<Tick>((now - start_) / kTick);
  for (;;) {
    while (!visited_.empty()) {
      Expiring& first = visited_.pop_front();
      if (tick_at_or_after(first.due) <= target) return &first;
      slot_of(current_).push_back(first);  // a later round's
    }
    if (current_ >= target) return nullptr;
    // One round visits every slot; more would find nothing new.
    current_ = std::max(current_ + 1, target > kSlots ? target - kSlots + 1 : 0);
    visited_.splice_back(slot_of(current_));
  }
}

}  // namespace weir::cache
