// Everything that can be asked at all, numbered: what is known of how it does is kept by these numbers.
#pragma once

#include <map>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "config/settings.h"
#include "routing/target.h"
#include "telemetry/names.h"

namespace weir::routing {

// One deployment through one key, whichever models have it. It is the same one in another configuration
// where id, provider and key_name are the same. The texts live as long as the process.
struct EndpointName {
  std::string_view deployment;  // its label
  std::string_view provider;
  std::string_view key_name;  // empty: it needs none
  DeploymentId id;
  const config::BreakerSettings* breaker;  // of the first model that has it, by the models' names
};

// One thread, while a router is made; then any.
class Endpoints {
 public:
  // Both must outlive it.
  Endpoints(const config::Settings& settings, telemetry::Names& names) : settings_(settings), names_(names) {}

  // The most targets of one route. More, which no configuration has, are never asked.
  static constexpr std::size_t kMostTargets = 65'535;

  // The targets of deployments whose providers are configured, in their order: one for each key. Endpoints
  // that are new get `breaker`, which must outlive this.
  std::vector<Target> targets_of(std::span<const Deployment> deployments,
                                 const config::BreakerSettings& breaker);

  // By their numbers.
  std::span<const EndpointName> all() const { return all_; }

 private:
  std::uint32_t number_of(const EndpointName& endpoint);

  const config::Settings& settings_;
  telemetry::Names& names_;
  std::vector<EndpointName> all_;
  // Their numbers, by id, provider and key_name.
  std::map<std::tuple<std::uint64_t, std::string_view, std::string_view>, std::uint32_t> numbers_;
};

}  // namespace weir::routing
