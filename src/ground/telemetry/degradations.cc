#include "telemetry/degradations.h"

namespace weir::telemetry {

bool Degradations::report(const std::string& part, std::string reason, WallTime now) {
  std::lock_guard lock(mutex_);
  auto [entry, added] = by_part_.try_emplace(part, Degradation{part, {}, now});
  entry->second.reason = std::move(reason);
  return added;
}

bool Degradations::clear(const std::string& part) {
  std::lock_guard lock(mutex_);
  return by_part_.erase(part) > 0;
}

std::vector<Degradation> Degradations::list() const {
  std::lock_guard lock(mutex_);
  std::vector<Degradation> all;
  for (const auto& [part, degradation] : by_part_) all.push_back(degradation);
  return all;
}

}  // namespace weir::telemetry
