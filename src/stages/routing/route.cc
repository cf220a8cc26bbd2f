#include "routing/route.h"

#include <algorithm>

namespace weir::routing {

bool Route::has(DeploymentId id) const {
  return std::ranges::find(deployments(), id, &Deployment::id) != deployments().end();
}

}  // namespace weir::routing
