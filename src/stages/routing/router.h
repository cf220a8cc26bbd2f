// Where calls for a model go.
//
//   auto route = TRY(router.find("gpt-4o-mini", Dialect::openai));
//   const auto& deployment = route.draw(random);
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "config/settings.h"
#include "model/dialect.h"
#include "model/failure.h"
#include "model/ids.h"
#include "telemetry/names.h"

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

// The deployments that may answer calls for one model in one dialect. Good while its router lives.
class Route {
 public:
  Route(std::string_view label, config::Cacheable cacheable, std::span<const Deployment> deployments)
      : label_(label), cacheable_(cacheable), configured_(deployments) {}
  // A wildcard's, whose only one is made for the name that was asked for.
  Route(std::string_view label, config::Cacheable cacheable, Deployment deployment)
      : label_(label), cacheable_(cacheable), made_(std::move(deployment)) {}

  // The configured name or pattern: what a caller wrote is in no label.
  std::string_view label() const { return label_; }
  config::Cacheable cacheable() const { return cacheable_; }
  // One of them, by weight.
  const Deployment& draw(Random& random) const;
  // Whether an answer that this deployment made is one that this route could make.
  bool has(DeploymentId id) const;

 private:
  std::span<const Deployment> deployments() const {
    return made_ ? std::span<const Deployment>(&*made_, 1) : configured_;
  }

  std::string_view label_;
  config::Cacheable cacheable_;
  std::span<const Deployment> configured_;
  std::optional<Deployment> made_;
};

// Immutable; any thread. The settings must outlive it.
class Router {
 public:
  Router(const config::Settings& settings, telemetry::Names& names);

  // A name is looked up exactly, then among the wildcards (the longest that fits), then as `provider/model`
  // where a wildcard of that provider allows it. Fails with no_such_model, and the nearest names; or
  // wrong_dialect, where no deployment speaks `dialect`.
  Result<Route> find(std::string_view model, Dialect dialect) const;

  // The models that are configured by name, sorted: for /v1/models.
  std::vector<std::string_view> model_names() const;

 private:
  struct Model {
    std::string_view label;
    config::Cacheable cacheable;
    std::vector<Deployment> openai;  // those that speak each dialect
    std::vector<Deployment> anthropic;
  };
  struct Wildcard {
    std::string_view pattern;  // "openai/*"
    std::string_view label;
    const config::ModelSettings* settings;
  };

  struct Match {
    const Wildcard& wildcard;
    std::string_view own_name;  // of the model, at its provider
  };

  std::optional<Match> match_wildcard(std::string_view model) const;
  std::optional<Match> match_provider(std::string_view model) const;
  std::optional<Route> match_unknown(std::string_view model, Dialect dialect) const;
  bool speaks(std::string_view provider, Dialect dialect) const;
  // A deployment that is in no list: of a name that only a pattern stands for.
  Deployment unlisted(std::string_view provider, std::string_view model) const;
  DeploymentId id_of(std::string_view provider, std::string_view model) const;

  const config::Settings& settings_;
  std::map<std::string_view, Model> models_;
  std::vector<Wildcard> wildcards_;                               // the longest first
  std::map<std::string_view, std::string_view> unlisted_labels_;  // "openai": "openai/*"
};

}  // namespace weir::routing
