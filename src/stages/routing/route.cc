#include "routing/route.h"

#include <algorithm>

namespace weir::routing {

const Deployment& Route::draw(Random& random) const {
  auto all = deployments();
  if (all.size() == 1) return all.front();
  std::uint64_t total = 0;
  for (const auto& deployment : all) total += deployment.weight;
  std::uint64_t drawn = random.below(total);
  for (const auto& deployment : all) {
    if (drawn < deployment.weight) return deployment;
    drawn -= deployment.weight;
  }
  return all.back();
}

bool Route::has(DeploymentId id) const {
  return std::ranges::find(deployments(), id, &Deployment::id) != deployments().end();
}

}  // namespace weir::routing
