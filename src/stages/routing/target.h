// What a call for a model can be given to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/settings.h"
#include "model/ids.h"

namespace weir::routing {

// One provider's model.
struct Deployment {
  std::string_view provider;  // its name in the configuration
  std::string model;          // what that provider calls the model
  std::string_view label;     // for people: "openai/gpt-4o-mini"; of a wildcard "openai/*"
  DeploymentId id;
  config::PriceSettings price = {};
  std::uint32_t weight = 1;
};

// One deployment through one of its provider's keys.
struct Target {
  std::uint32_t endpoint = 0;    // its number among Router::endpoints()
  std::uint16_t deployment = 0;  // its place among the route's
  std::uint16_t key = 0;         // its place among its provider's keys; 0 where there is none
  double weight = 1;             // the deployment's, times the key's share of its provider's keys
};

}  // namespace weir::routing
