#include "journey/setup.h"

namespace weir::journey {
namespace {

auto endpoints_of(const routing::Router& routing, resilience::Registry& registry) {
  std::vector<std::shared_ptr<resilience::Endpoint>> endpoints;
  for (const auto& each : routing.endpoints()) {
    endpoints.push_back(registry.endpoint(
        {.deployment = each.deployment, .provider = each.provider, .key_name = each.key_name}, each.id,
        *each.breaker));
  }
  return endpoints;
}

auto queues_of(const config::Settings& settings, resilience::Registry& registry) {
  std::map<std::string_view, std::shared_ptr<resilience::WaitingRoom>> queues;
  for (const auto& [name, provider] : settings.providers)
    queues[name] = registry.waiting_room(name, provider.queue);
  return queues;
}

// Of each model and pattern, and of names that neither stands for.
auto traffic_of_all(const config::Settings& settings, resilience::Registry& registry) {
  std::map<std::string_view, std::shared_ptr<resilience::Traffic>> traffic;
  for (const auto& [name, model] : settings.models) traffic[name] = registry.traffic(name);
  traffic[telemetry::kOther] = registry.traffic(telemetry::kOther);
  return traffic;
}

}  // namespace

Rules::Rules(config::Settings given, telemetry::Names& names, resilience::Registry& registry)
    : settings(std::move(given)),
      auth(settings.auth),
      routing(settings, names),
      limits{.joinable = settings.cache.entry_limit, .behind = settings.cache.entry_limit},
      endpoints(endpoints_of(routing, registry)),
      queues_(queues_of(settings, registry)),
      traffic_(traffic_of_all(settings, registry)) {}

}  // namespace weir::journey
