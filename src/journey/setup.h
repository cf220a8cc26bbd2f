// What one reading of the configuration comes to. A reload makes a new one; a call keeps the one it was begun
// under, to its end.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "auth/authenticator.h"
#include "config/settings.h"
#include "provider/provider.h"
#include "recording/recording.h"
#include "routing/router.h"

namespace weir::journey {

// For all loops. Immutable; any thread.
struct Rules {
  Rules(config::Settings given, telemetry::Names& names)
      : settings(std::move(given)),
        auth(settings.auth),
        routing(settings, names),
        limits{.joinable = settings.cache.entry_limit, .behind = settings.cache.entry_limit} {}
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  const config::Settings settings;
  const auth::Authenticator auth;
  const routing::Router routing;
  const recording::Limits limits;
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
