#include "routing/endpoints.h"

namespace weir::routing {

std::vector<Target> Endpoints::targets_of(std::span<const Deployment> deployments,
                                          const config::BreakerSettings& breaker) {
  const std::vector<config::ProviderKey> keyless(1);
  std::vector<Target> targets;
  for (std::size_t place = 0; place < deployments.size(); ++place) {
    const auto& deployment = deployments[place];
    const auto& provider = settings_.providers.find(deployment.provider)->second;
    const auto& keys = provider.keys.empty() ? keyless : provider.keys;
    double weights = 0;
    for (const auto& key : keys) weights += key.weight;
    for (std::size_t i = 0; i < keys.size() && targets.size() < kMostTargets; ++i) {
      auto endpoint = number_of({.deployment = deployment.label,
                                 .provider = names_.keep(deployment.provider),
                                 .key_name = names_.keep(keys[i].name),
                                 .id = deployment.id,
                                 .breaker = &breaker});
      targets.push_back({.endpoint = endpoint,
                         .deployment = static_cast<std::uint16_t>(place),
                         .key = static_cast<std::uint16_t>(i),
                         .weight = deployment.weight * (keys[i].weight / weights)});
    }
  }
  return targets;
}

std::uint32_t Endpoints::number_of(const EndpointName& endpoint) {
  auto name = std::tuple(endpoint.id.value, endpoint.provider, endpoint.key_name);
  auto [known, is_new] = numbers_.emplace(name, static_cast<std::uint32_t>(all_.size()));
  if (is_new) all_.push_back(endpoint);
  return known->second;
}

}  // namespace weir::routing
