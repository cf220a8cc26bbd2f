#include "routing/router.h"

#include <algorithm>

#include "base/text.h"
#include "wire/errors.h"

namespace weir::routing {
namespace {

using config::ProviderKind;

bool fits(std::string_view pattern, std::string_view model) {
  return model.starts_with(pattern.substr(0, pattern.size() - 1));
}

// Under a wildcard such as "openai/*" the provider's own name for the model is what follows the first slash.
std::string_view own_name(std::string_view pattern, std::string_view model) {
  auto slash = pattern.find('/');
  return slash == std::string_view::npos ? model : model.substr(slash + 1);
}

std::unexpected<Failure> wrong_dialect(std::string_view model, Dialect asked) {
  bool other_is_anthropic = asked == Dialect::openai;
  return failure(
      Failure::Kind::wrong_dialect,
      fmt::format("The model {} is served in {}'s dialect only; call it at {}.", wire::in_quotes(model),
                  name_of(other_is_anthropic ? Dialect::anthropic : Dialect::openai),
                  other_is_anthropic ? "/v1/messages" : "/v1/chat/completions"));
}

std::string label_of(std::string_view provider, std::string_view model) {
  return fmt::format("{}/{}", provider, model);
}

}  // namespace

Router::Router(const config::Settings& settings, telemetry::Names& names)
    : settings_(settings), names_(names), endpoints_(settings, names) {
  unknown_.retry = settings.retry;
  unknown_.breaker = settings.breaker;
  unknown_.hedge = settings.hedge;
  for (const auto& [name, model] : settings.models) {
    if (config::is_wildcard(name)) {
      wildcards_.push_back({name, names.keep(name), &model});
      add_unlisted(model.provider, model.breaker);
    } else {
      add_model(name, model);
    }
  }
  if (settings.unknown_models == config::UnknownModels::by_dialect) {
    for (const auto& [name, provider] : settings.providers) add_unlisted(name, unknown_.breaker);
  }
  std::ranges::sort(wildcards_, [](const Wildcard& a, const Wildcard& b) {
    return std::pair(b.pattern.size(), a.pattern) < std::pair(a.pattern.size(), b.pattern);
  });
}

void Router::add_model(std::string_view name, const config::ModelSettings& settings) {
  models_[name] = {.label = names_.keep(name),
                   .settings = &settings,
                   .openai = served(settings, Dialect::openai),
                   .anthropic = served(settings, Dialect::anthropic)};
}

Router::Served Router::served(const config::ModelSettings& model, Dialect dialect) {
  Served made;
  for (const auto& given : model.deployments) {
    if (!speaks(given.provider, dialect)) continue;
    made.deployments.push_back({.provider = given.provider,
                                .model = given.model,
                                .label = names_.keep(label_of(given.provider, given.model)),
                                .id = id_of(given.provider, given.model),
                                .price = given.price,
                                .weight = given.weight});
  }
  made.targets = endpoints_.targets_of(made.deployments, model.breaker);
  return made;
}

void Router::add_unlisted(std::string_view provider, const config::BreakerSettings& breaker) {
  if (!settings_.providers.contains(provider)) return;
  Deployment any{.provider = provider,
                 .model = "*",
                 .label = names_.keep(label_of(provider, "*")),
                 .id = id_of(provider, "*")};
  unlisted_[provider] = {.label = any.label, .targets = endpoints_.targets_of({&any, 1}, breaker)};
}

bool Router::speaks(std::string_view provider, Dialect dialect) const {
  auto found = settings_.providers.find(provider);
  if (found == settings_.providers.end()) return false;
  switch (found->second.kind) {
    case ProviderKind::openai:
      return dialect == Dialect::openai;
    case ProviderKind::anthropic:
      return dialect == Dialect::anthropic;
    case ProviderKind::simulated:
      return true;
  }
  return false;
}

DeploymentId Router::id_of(std::string_view provider, std::string_view model) const {
  auto found = settings_.providers.find(provider);
  if (found == settings_.providers.end()) return {};
  const auto& settings = found->second;
  // A simulated provider has no address, and is told from others by its name.
  std::string address = settings.base_url.given() ? config::to_string(settings.base_url) : found->first;
  auto text = fmt::format("{}\n{}\n{}", static_cast<int>(settings.kind), address, model);
  return {std::hash<std::string>{}(text)};
}

Route Router::route_to_unlisted(std::string_view label, const config::ModelSettings& settings,
                                std::string_view provider, std::string_view model) const {
  const auto& all = unlisted_.find(provider)->second;
  Deployment made{
      .provider = provider, .model = std::string(model), .label = all.label, .id = id_of(provider, model)};
  return {label, settings, std::move(made), all.targets};
}

Result<Route> Router::find(std::string_view model, Dialect dialect) const {
  if (auto exact = models_.find(model); exact != models_.end()) {
    const auto& found = exact->second;
    const auto& served = dialect == Dialect::openai ? found.openai : found.anthropic;
    if (served.deployments.empty()) return wrong_dialect(model, dialect);
    return Route(found.label, *found.settings, served.deployments, served.targets);
  }
  for (const auto& match : {match_wildcard(model), match_provider(model)}) {
    if (!match) continue;
    const auto& settings = *match->wildcard.settings;
    if (!speaks(settings.provider, dialect)) return wrong_dialect(model, dialect);
    return route_to_unlisted(match->wildcard.label, settings, settings.provider, match->own_name);
  }
  if (auto found = match_unknown(model, dialect)) return *std::move(found);

  std::vector<std::string> names;
  for (auto name : model_names()) names.emplace_back(name);
  auto nearest = nearest_name(model, names);
  std::string hint = "; GET /v1/models lists the models there are.";
  if (nearest) hint = fmt::format("; did you mean {}?", wire::in_quotes(*nearest));
  return failure(Failure::Kind::no_such_model,
                 fmt::format("There is no model {} here{}", wire::in_quotes(model), hint));
}

std::optional<Router::Match> Router::match_wildcard(std::string_view model) const {
  for (const auto& wildcard : wildcards_) {
    if (fits(wildcard.pattern, model)) return Match{wildcard, own_name(wildcard.pattern, model)};
  }
  return std::nullopt;
}

std::optional<Router::Match> Router::match_provider(std::string_view model) const {
  auto slash = model.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto provider = model.substr(0, slash);
  auto name = model.substr(slash + 1);
  for (const auto& wildcard : wildcards_) {
    if (wildcard.settings->provider == provider && fits(wildcard.pattern, name)) return Match{wildcard, name};
  }
  return std::nullopt;
}

std::optional<Route> Router::match_unknown(std::string_view model, Dialect dialect) const {
  if (settings_.unknown_models != config::UnknownModels::by_dialect) return std::nullopt;
  if (model.find('/') != std::string_view::npos) return std::nullopt;
  std::string_view own = dialect == Dialect::openai ? "openai" : "anthropic";
  auto found = settings_.providers.find(own);
  if (found == settings_.providers.end()) found = settings_.providers.find("simulated");
  if (found == settings_.providers.end()) return std::nullopt;
  return route_to_unlisted(telemetry::kOther, unknown_, found->first, model);
}

std::vector<std::string_view> Router::model_names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, model] : models_) names.push_back(name);
  return names;
}

}  // namespace weir::routing
