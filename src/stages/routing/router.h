// Which deployment answers a call for a model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "config/settings.h"
#include "model/dialect.h"
#include "model/failure.h"

namespace weir::routing {

struct Deployment {
  std::string_view provider;  // its name in the configuration
  std::string model;          // what that provider calls the model
  config::Cacheable cacheable = config::Cacheable::automatic;
  config::PriceSettings price = {};
};

// Immutable; any thread. The settings must outlive it.
class Router {
 public:
  explicit Router(const config::Settings& settings) : settings_(settings) {}

  // A name is looked up exactly, then among the wildcards (the longest that fits), then as `provider/model`
  // where a wildcard of that provider allows it. Of several deployments that speak `dialect` one is drawn by
  // weight. Fails with no_such_model, and the nearest names; or wrong_dialect.
  Result<Deployment> choose(std::string_view model, Dialect dialect, Random& random) const;

  // The models that are configured by name, sorted: for /v1/models.
  std::vector<std::string_view> model_names() const;

 private:
  Result<Deployment> draw(std::string_view model, const config::ModelSettings& settings, Dialect dialect,
                          Random& random) const;
  std::optional<Deployment> match_wildcard(std::string_view model) const;
  std::optional<Deployment> match_provider(std::string_view model) const;
  std::optional<Deployment> match_unknown(std::string_view model, Dialect dialect) const;
  Result<Deployment> checked(std::string_view model, Deployment deployment, Dialect dialect) const;
  bool speaks(std::string_view provider, Dialect dialect) const;

  const config::Settings& settings_;
};

}  // namespace weir::routing
