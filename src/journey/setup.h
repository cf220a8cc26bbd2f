// What one reading of the configuration comes to. A reload makes a new one; a call keeps the one it was begun
// under, to its end.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "auth/authenticator.h"
#include "config/settings.h"
#include "provider/provider.h"
#include "recording/recording.h"
#include "resilience/registry.h"
#include "routing/router.h"

namespace weir::journey {

// For all loops. Immutable; any thread. What endpoints, queues and traffic have come to know stays over a
// reload: they are the registry's.
struct Rules {
  Rules(config::Settings given, telemetry::Names& names, resilience::Registry& registry);
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  const config::Settings settings;
  const auth::Authenticator auth;
  const routing::Router routing;
  const recording::Limits limits;

  // By the numbers that routing gives them.
  const std::vector<std::shared_ptr<resilience::Endpoint>> endpoints;
  resilience::WaitingRoom& queue_of(std::string_view provider) const {
    return *queues_.find(provider)->second;
  }
  resilience::Traffic& traffic_of(const routing::Route& route) const {
    return *traffic_.find(route.label())->second;
  }

 private:
  const std::map<std::string_view, std::shared_ptr<resilience::WaitingRoom>> queues_;  // by provider
  const std::map<std::string_view, std::shared_ptr<resilience::Traffic>> traffic_;     // by a route's label
};

// By name. Those whose settings a reload leaves as they are stay the same, with their connections: that is
// why they are shared.
using Providers = std::map<std::string, std::shared_ptr<provider::Provider>, std::less<>>;

// One loop's.
struct Setup {
  std::shared_ptr<const Rules> rules;
  Providers providers;
};

}  // namespace weir::journey
