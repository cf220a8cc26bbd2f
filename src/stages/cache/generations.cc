#include "cache/generations.h"

#include <mutex>

namespace weir::cache {

Generation Generations::purge(const Selector& selector) {
  std::unique_lock lock(mutex_);
  Generation raised{number_.load(std::memory_order_relaxed) + 1};
  bool full = purged_.size() >= kMaxSelectors && !purged_.contains(selector.mark());
  if (selector.takes_all() || full) {
    everything_ = raised;
    purged_.clear();  // they cover nothing that this doesn't
  } else {
    purged_[selector.mark()] = raised;
  }
  number_.store(raised.number, std::memory_order_release);
  return raised;
}

std::optional<Generation> Generations::judge(const Covered& covered, Generation begun) const {
  if (now() == begun) return begun;
  std::shared_lock lock(mutex_);
  if (everything_ > begun) return {};
  bool dead = !purged_.empty() && Selector::any_covering(covered, [&](Mark selector) {
    auto at = purged_.find(selector);
    return at != purged_.end() && at->second > begun;
  });
  if (dead) return {};
  return now();
}

}  // namespace weir::cache
