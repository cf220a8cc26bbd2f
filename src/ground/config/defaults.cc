#include "config/defaults.h"

#include <fmt/core.h>

#include "config/problem_list.h"
#include "config/value_types.h"

namespace weir::config {
namespace {

// A provider that is there when its key is in the environment.
struct UsualProvider {
  std::string_view name;
  ProviderKind kind;
  std::string_view key_variable;
  std::string_view url_variable;
};

constexpr std::array kUsualProviders{
    UsualProvider{"openai", ProviderKind::openai, "OPENAI_API_KEY", "OPENAI_BASE_URL"},
    UsualProvider{"anthropic", ProviderKind::anthropic, "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"},
};

void add_wildcard(Settings& settings, std::string_view provider) {
  settings.models[fmt::format("{}/*", provider)].provider = provider;
}

void add_simulated(Settings& settings) {
  settings.providers["simulated"].kind = ProviderKind::simulated;
  settings.models["sim-1"].deployments = {{.provider = "simulated", .model = "sim-1"}};
  settings.models["sim-*"].provider = "simulated";
  add_wildcard(settings, "simulated");
}

// Sets `value` from the variable if that is set and not empty, by the rules of a file's value of that type.
bool set_from(const Environment& environment, std::string_view variable, const Value& value,
              ProblemList& problems) {
  auto written = environment.variable(std::string(variable)).value_or("");
  if (written.empty()) return false;
  if (auto set = value.set(written); !set) {
    problems.add(std::string(variable), fmt::format("its value {}", set.error()));
  }
  return true;
}

void add_usual(Settings& settings, const UsualProvider& usual, const Environment& environment,
               ProblemList& problems) {
  ProviderSettings provider;
  provider.kind = usual.kind;
  provider.base_url = usual_base_url(usual.kind);
  ProviderKey key;
  key.name = usual.key_variable;
  if (!set_from(environment, usual.key_variable, secret(key.value), problems)) return;
  set_from(environment, usual.url_variable, url(provider.base_url), problems);
  provider.keys.push_back(std::move(key));
  settings.providers.emplace(usual.name, std::move(provider));
  add_wildcard(settings, usual.name);
}

}  // namespace

std::expected<Settings, std::vector<Problem>> default_settings(const Environment& environment) {
  Settings settings;
  settings.unknown_models = UnknownModels::by_dialect;
  ProblemList problems("environment");
  add_simulated(settings);
  for (const auto& usual : kUsualProviders) add_usual(settings, usual, environment, problems);
  if (!problems.empty()) return std::unexpected(problems.take());
  return settings;
}

}  // namespace weir::config
