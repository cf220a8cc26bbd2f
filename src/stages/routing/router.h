// Where calls for a model go.
//
//   auto route = TRY(router.find("gpt-4o-mini", Dialect::openai));
//   auto choice = route.choose({}, random, standing_of);
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "model/dialect.h"
#include "model/failure.h"
#include "routing/endpoints.h"
#include "routing/route.h"
#include "telemetry/names.h"

namespace weir::routing {

// Immutable; any thread. What it is made of must outlive it.
class Router {
 public:
  Router(const config::Settings& settings, telemetry::Names& names);

  // A name is looked up exactly, then among the wildcards (the longest that fits), then as `provider/model`
  // where a wildcard of that provider allows it. Fails with no_such_model, and the nearest names; or
  // wrong_dialect, where no deployment speaks `dialect`.
  Result<Route> find(std::string_view model, Dialect dialect) const;

  // The models that are configured by name, sorted: for /v1/models.
  std::vector<std::string_view> model_names() const;

  // What can be asked at all, by the numbers that targets give. Two models with the same deployment share its
  // endpoints. A provider's wildcards have one for each of its keys, whatever names callers write.
  std::span<const EndpointName> endpoints() const { return endpoints_.all(); }

 private:
  // Those of a model's deployments that speak one dialect.
  struct Served {
    std::vector<Deployment> deployments;
    std::vector<Target> targets;
  };
  struct Model {
    std::string_view label;
    const config::ModelSettings* settings;
    Served openai;
    Served anthropic;
  };
  struct Wildcard {
    std::string_view pattern;  // "openai/*"
    std::string_view label;
    const config::ModelSettings* settings;
  };
  // What all names have in common that only patterns of one provider stand for.
  struct Unlisted {
    std::string_view label;  // "openai/*"
    std::vector<Target> targets;
  };
  struct Match {
    const Wildcard& wildcard;
    std::string_view own_name;  // of the model, at its provider
  };

  void add_model(std::string_view name, const config::ModelSettings& settings);
  void add_unlisted(std::string_view provider, const config::BreakerSettings& breaker);
  Served served(const config::ModelSettings& model, Dialect dialect);

  std::optional<Match> match_wildcard(std::string_view model) const;
  std::optional<Match> match_provider(std::string_view model) const;
  std::optional<Route> match_unknown(std::string_view model, Dialect dialect) const;
  bool speaks(std::string_view provider, Dialect dialect) const;
  // To a deployment that is in no list: of a name that only a pattern stands for.
  Route route_to_unlisted(std::string_view label, const config::ModelSettings& settings,
                          std::string_view provider, std::string_view model) const;
  DeploymentId id_of(std::string_view provider, std::string_view model) const;

  const config::Settings& settings_;
  telemetry::Names& names_;
  Endpoints endpoints_;
  std::map<std::string_view, Model> models_;
  std::vector<Wildcard> wildcards_;                // the longest first
  std::map<std::string_view, Unlisted> unlisted_;  // by provider
  config::ModelSettings unknown_;                  // of names that no model stands for
};

}  // namespace weir::routing
