#include "resilience/hedging.h"

#include <algorithm>

namespace weir::resilience {

void Hedging::note_head(Duration took) {
  std::lock_guard lock(mutex_);
  heads_[noted_++ % kHeads] = took;
  // Sorting a little for each head would cost more than an old figure does.
  constexpr std::uint64_t kRenewedEvery = 10;
  if (noted_ >= kLeastHeads && noted_ % kRenewedEvery == 0) percentile_ = percentile_95();
}

Duration Hedging::percentile_95() const {
  auto heads = heads_;
  std::size_t count = std::min<std::size_t>(noted_, kHeads);
  auto at = heads.begin() + static_cast<std::ptrdiff_t>(count - 1 - count / 20);
  std::nth_element(heads.begin(), at, heads.begin() + static_cast<std::ptrdiff_t>(count));
  return *at;
}

std::optional<Duration> Hedging::due(const config::HedgeSettings& settings) const {
  Duration percentile = percentile_.load();
  if (!settings.enabled || percentile == Duration::max()) return std::nullopt;
  return std::max(percentile, Duration(settings.least));
}

}  // namespace weir::resilience
