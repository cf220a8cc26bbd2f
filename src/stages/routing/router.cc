#include "routing/router.h"

#include "base/text.h"
#include "wire/errors.h"

namespace weir::routing {
namespace {

using config::ProviderKind;

bool fits(std::string_view pattern, std::string_view model) {
  return model.starts_with(pattern.substr(0, pattern.size() - 1));
}

// Under a wildcard such as "openai/*" the provider's own name for the model is what follows the first slash.
std::string own_name(std::string_view pattern, std::string_view model) {
  auto slash = pattern.find('/');
  return std::string(slash == std::string_view::npos ? model : model.substr(slash + 1));
}

std::unexpected<Failure> wrong_dialect(std::string_view model, Dialect asked) {
  bool other_is_anthropic = asked == Dialect::openai;
  return failure(
      Failure::Kind::wrong_dialect,
      fmt::format("The model {} is served in {}'s dialect only; call it at {}.", wire::in_quotes(model),
                  name_of(other_is_anthropic ? Dialect::anthropic : Dialect::openai),
                  other_is_anthropic ? "/v1/messages" : "/v1/chat/completions"));
}

}  // namespace

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

Result<Deployment> Router::choose(std::string_view model, Dialect dialect, Random& random) const {
  auto exact = settings_.models.find(model);
  if (exact != settings_.models.end() && !config::is_wildcard(model)) {
    return draw(model, exact->second, dialect, random);
  }
  if (auto found = match_wildcard(model)) return checked(model, *std::move(found), dialect);
  if (auto found = match_provider(model)) return checked(model, *std::move(found), dialect);
  if (auto found = match_unknown(model, dialect)) return *std::move(found);

  std::vector<std::string> names;
  for (auto name : model_names()) names.emplace_back(name);
  auto nearest = nearest_name(model, names);
  std::string hint = "; GET /v1/models lists the models there are.";
  if (nearest) hint = fmt::format("; did you mean {}?", wire::in_quotes(*nearest));
  return failure(Failure::Kind::no_such_model,
                 fmt::format("There is no model {} here{}", wire::in_quotes(model), hint));
}

Result<Deployment> Router::draw(std::string_view model, const config::ModelSettings& settings,
                                Dialect dialect, Random& random) const {
  std::uint64_t total = 0;
  for (const auto& deployment : settings.deployments) {
    if (speaks(deployment.provider, dialect)) total += deployment.weight;
  }
  if (total == 0) return wrong_dialect(model, dialect);
  std::uint64_t drawn = random.below(total);
  for (const auto& deployment : settings.deployments) {
    if (!speaks(deployment.provider, dialect)) continue;
    if (drawn < deployment.weight) {
      return Deployment{deployment.provider, deployment.model, settings.cacheable, deployment.price};
    }
    drawn -= deployment.weight;
  }
  return wrong_dialect(model, dialect);
}

std::optional<Deployment> Router::match_wildcard(std::string_view model) const {
  const std::pair<const std::string, config::ModelSettings>* longest = nullptr;
  for (const auto& entry : settings_.models) {
    if (!config::is_wildcard(entry.first) || !fits(entry.first, model)) continue;
    if (longest == nullptr || entry.first.size() > longest->first.size()) longest = &entry;
  }
  if (longest == nullptr) return std::nullopt;
  return Deployment{longest->second.provider, own_name(longest->first, model), longest->second.cacheable};
}

std::optional<Deployment> Router::match_provider(std::string_view model) const {
  auto slash = model.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto provider = model.substr(0, slash);
  auto name = model.substr(slash + 1);
  for (const auto& [pattern, settings] : settings_.models) {
    if (config::is_wildcard(pattern) && settings.provider == provider && fits(pattern, name)) {
      return Deployment{settings.provider, std::string(name), settings.cacheable};
    }
  }
  return std::nullopt;
}

std::optional<Deployment> Router::match_unknown(std::string_view model, Dialect dialect) const {
  if (settings_.unknown_models != config::UnknownModels::by_dialect) return std::nullopt;
  if (model.find('/') != std::string_view::npos) return std::nullopt;
  std::string_view own = dialect == Dialect::openai ? "openai" : "anthropic";
  auto found = settings_.providers.find(own);
  if (found == settings_.providers.end()) found = settings_.providers.find("simulated");
  if (found == settings_.providers.end()) return std::nullopt;
  return Deployment{found->first, std::string(model)};
}

Result<Deployment> Router::checked(std::string_view model, Deployment deployment, Dialect dialect) const {
  if (!speaks(deployment.provider, dialect)) return wrong_dialect(model, dialect);
  return deployment;
}

std::vector<std::string_view> Router::model_names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, settings] : settings_.models) {
    if (!config::is_wildcard(name)) names.emplace_back(name);
  }
  return names;
}

}  // namespace weir::routing
