#include "cache/aliases.h"

namespace weir::cache {

std::optional<Digest> Aliases::find(const Digest& raw) const {
  auto at = known_.find(raw);
  if (at == known_.end()) return {};
  return at->second.canonical;
}

bool Aliases::note(const Digest& raw, const Digest& canonical) {
  if (most_ == 0) return false;
  auto [at, made] = known_.try_emplace(raw);
  Known& known = at->second;
  known.canonical = canonical;
  if (!made) return false;
  known.raw = &at->first;
  order_.push_back(known);
  return known_.size() <= most_ || !drop_oldest();
}

bool Aliases::drop_oldest() {
  if (order_.empty()) return false;
  known_.erase(known_.find(*order_.pop_front().raw));
  return true;
}

}  // namespace weir::cache
