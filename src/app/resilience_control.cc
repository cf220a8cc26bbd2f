#include "app/resilience_control.h"

#include <algorithm>

#include "app/breaker_watch.h"
#include "config/settings.h"

namespace weir::app {
namespace {

using admin::BreakerOrder;
using admin::BreakerState;
using load::Level;
using resilience::Breaker;
using resilience::Forced;

constexpr std::array kLevels{Level::full, Level::no_extras, Level::cheaper, Level::cache_only};

BreakerState state_of(Breaker::State state) {
  switch (state) {
    case Breaker::State::closed:
      return BreakerState::closed;
    case Breaker::State::half_open:
      return BreakerState::half_open;
    case Breaker::State::open:
      break;
  }
  return BreakerState::open;
}

BreakerOrder order_of(Forced forced) {
  switch (forced) {
    case Forced::open:
      return BreakerOrder::open;
    case Forced::closed:
      return BreakerOrder::closed;
    case Forced::no:
      break;
  }
  return BreakerOrder::automatic;
}

Forced forced_by(BreakerOrder order) {
  switch (order) {
    case BreakerOrder::open:
      return Forced::open;
    case BreakerOrder::closed:
      return Forced::closed;
    case BreakerOrder::automatic:
      break;
  }
  return Forced::no;
}

// A pattern's deployment is all of its provider: "openai/*".
bool has(const config::ModelSettings& model, std::string_view deployment) {
  auto is_it = [&](std::string_view provider, std::string_view name) {
    return deployment == fmt::format("{}/{}", provider, name);
  };
  if (model.deployments.empty()) return is_it(model.provider, "*");
  return std::ranges::any_of(model.deployments,
                             [&](const auto& each) { return is_it(each.provider, each.model); });
}

std::vector<std::string> models_with(std::string_view deployment, const config::Settings& settings) {
  std::vector<std::string> names;
  for (const auto& [name, model] : settings.models) {
    if (has(model, deployment)) names.push_back(name);
  }
  return names;
}

}  // namespace

admin::EndpointFigures ResilienceControl::figures_of(const resilience::Endpoint& endpoint) const {
  const auto& name = endpoint.name();
  const auto report = endpoint.report(clock_.now());
  const auto& standing = report.standing;
  admin::EndpointFigures figures{
      .deployment = std::string(name.deployment),
      .provider = std::string(name.provider),
      .key_name = std::string(name.key_name),
      .models = models_with(name.deployment, journey_.setup().rules->settings),
      .state = state_of(report.breaker.state),
      .told = order_of(report.breaker.forced),
      .openings_in_a_row = report.breaker.in_a_row,
      .results = report.breaker.results,
      .failed = report.breaker.failed,
      .slow = report.breaker.slow,
      .under_way = standing.under_way,
  };
  if (report.limit > 0) figures.limit = report.limit;
  if (standing.latency > Duration::zero()) figures.latency = standing.latency;
  if (report.quota) figures.quota_left = report.quota->left;
  if (standing.state == Standing::State::resting)
    figures.rests_until = wall_time_of(standing.ready_at, clock_);
  if (standing.state == Standing::State::broken && standing.ready_at != TimePoint::max())
    figures.until = wall_time_of(standing.ready_at, clock_);
  return figures;
}

std::vector<admin::EndpointFigures> ResilienceControl::endpoints() const {
  std::vector<admin::EndpointFigures> all;
  for (const auto& endpoint : journey_.setup().rules->endpoints) all.push_back(figures_of(*endpoint));
  std::ranges::sort(all, {}, [](const auto& each) { return std::tie(each.deployment, each.key_name); });
  return all;
}

void ResilienceControl::tell_breakers(std::string_view deployment, const std::optional<std::string>& key_name,
                                      BreakerOrder order) {
  for (const auto& endpoint : journey_.setup().rules->endpoints) {
    const auto& name = endpoint->name();
    if (name.deployment == deployment && (!key_name || name.key_name == *key_name))
      endpoint->force(forced_by(order));
  }
}

admin::LevelFigures ResilienceControl::level() const {
  auto report = levels_.report();
  return {.level = name_of(report.level),
          .by_hand = report.by_hand,
          .since = report.since,
          .load = report.load,
          .why = std::move(report.why)};
}

std::vector<std::string_view> ResilienceControl::levels() const {
  std::vector<std::string_view> names;
  for (auto level : kLevels) names.push_back(name_of(level));
  return names;
}

void ResilienceControl::set_level(std::optional<std::string_view> name) {
  if (!name) return levels_.set_by_hand(std::nullopt);
  const auto* level = std::ranges::find(kLevels, *name, [](auto each) { return name_of(each); });
  if (level != kLevels.end()) levels_.set_by_hand(*level);
}

}  // namespace weir::app
