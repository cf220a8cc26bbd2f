// The deployments that may answer calls for one model in one dialect.
//
//   auto choice = route.choose({.tried = tried}, random, standing_of);
//   if (!choice) return refusal(route.why(standing_of));
//   const auto& target = route.targets()[choice->target];
//
// A `standing_of` is a `Standing(std::uint32_t endpoint)`: what is known of one of Router::endpoints().
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/random.h"
#include "config/settings.h"
#include "model/standing.h"
#include "routing/selection.h"
#include "routing/target.h"

namespace weir::routing {

// Good while its router lives. Immutable; any thread, with its own Random.
class Route {
 public:
  using Wish = routing::Wish;
  using Choice = routing::Choice;

  Route(std::string_view label, const config::ModelSettings& settings,
        std::span<const Deployment> deployments, std::span<const Target> targets)
      : label_(label), settings_(&settings), configured_(deployments), targets_(targets) {}
  // A wildcard's, whose only one is made for the name that was asked for.
  Route(std::string_view label, const config::ModelSettings& settings, Deployment deployment,
        std::span<const Target> targets)
      : label_(label), settings_(&settings), made_(std::move(deployment)), targets_(targets) {}

  // The configured name or pattern: what a caller wrote is in no label.
  std::string_view label() const { return label_; }
  config::Cacheable cacheable() const { return settings_->cacheable; }
  // The model's; the wildcard's where one stands for it.
  const config::ModelSettings& settings() const { return *settings_; }
  std::span<const Deployment> deployments() const {
    return made_ ? std::span<const Deployment>(&*made_, 1) : configured_;
  }
  // A deployment's keys stand together, in the order of the configuration.
  std::span<const Target> targets() const { return targets_; }

  // Whether an answer that this deployment made is one that this route could make.
  bool has(DeploymentId id) const;

  // The target to ask next, of those that are ready; nothing where none is. Allocates nothing.
  template <class StandingOf>
  std::optional<Choice> choose(const Wish& wish, Random& random, StandingOf standing_of) const {
    Selection selection(deployments(), targets_, settings_->strategy, wish, random);
    for (const auto& target : targets_) selection.consider(standing_of(target.endpoint));
    return selection.chosen();
  }

  // Why none is ready, and when one will be: busy if any is; else resting if any is, until the first of them
  // is ready; else broken likewise. Ready where one has become so meanwhile.
  template <class StandingOf>
  Standing why(StandingOf standing_of) const {
    Standing soonest{.state = Standing::State::broken, .ready_at = TimePoint::max()};
    for (const auto& target : targets_) soonest = sooner(soonest, standing_of(target.endpoint));
    return soonest;
  }

 private:
  std::string_view label_;
  const config::ModelSettings* settings_;
  std::span<const Deployment> configured_;
  std::optional<Deployment> made_;
  std::span<const Target> targets_;
};

}  // namespace weir::routing
