#include "terminal/settings_report.h"

#include <nlohmann/json.hpp>

#include "config/values.h"
#include "terminal/quantities.h"
#include "terminal/table.h"

namespace weir::terminal {
namespace {

using Json = nlohmann::ordered_json;

// Without a path, in which some have a token.
std::string where(const config::ProviderSettings& provider) {
  if (!provider.base_url.given()) return "in this process";
  auto address = provider.base_url;
  address.path.clear();
  return to_string(address);
}

bool is_priced(const config::DeploymentSettings& deployment) {
  return deployment.price.input || deployment.price.output;
}

std::string address(const config::Settings& settings) {
  return fmt::format("{}://{}", settings.listener.tls.enabled() ? "https" : "http",
                     to_string(settings.listen));
}

std::string general(const config::Settings& settings) {
  std::string classes;
  for (const auto& [name, ttl] : settings.cache.classes) {
    classes += fmt::format(", {} {}", name, config::format_time(ttl));
  }
  return fmt::format(
      "  listens on   {}\n"
      "  callers      {}\n"
      "  cache        {}, answers up to {} each\n"
      "  kept for     {}{}\n",
      address(settings),
      settings.auth.master_key.empty() ? "this machine only, with any key or none" : "with the master key",
      readable(settings.cache.memory_capacity), readable(settings.cache.entry_limit),
      config::format_time(settings.cache.ttl), classes);
}

std::string providers(const config::Settings& settings, const Screen& screen) {
  Table table({{"PROVIDER"}, {"KIND"}, {"WHERE"}, {"KEYS", Align::right}});
  for (const auto& [name, provider] : settings.providers) {
    table.add(
        {name, std::string(name_of(provider.kind)), where(provider), std::to_string(provider.keys.size())});
  }
  return table.to_text(screen);
}

std::string models(const config::Settings& settings, const Screen& screen) {
  Table table({{"MODEL"}, {"PROVIDER"}, {"CALLED THERE"}, {"WEIGHT", Align::right}, {"PRICED"}});
  for (const auto& [name, model] : settings.models) {
    if (config::is_wildcard(name)) {
      table.add({name, model.provider, "what the caller says", "", "no"});
      continue;
    }
    std::string shown = name;
    for (const auto& deployment : model.deployments) {
      table.add({std::exchange(shown, ""), deployment.provider, deployment.model,
                 std::to_string(deployment.weight), is_priced(deployment) ? "yes" : "no"});
    }
  }
  return table.to_text(screen);
}

Json json_of(const std::string& name, const config::ModelSettings& model) {
  Json json{{"name", name}, {"cacheable", name_of(model.cacheable)}};
  if (config::is_wildcard(name)) {
    json["provider"] = model.provider;
    return json;
  }
  json["deployments"] = Json::array();
  for (const auto& deployment : model.deployments) {
    json["deployments"].push_back({{"provider", deployment.provider},
                                   {"model", deployment.model},
                                   {"weight", deployment.weight},
                                   {"priced", is_priced(deployment)}});
  }
  return json;
}

double seconds(std::chrono::milliseconds time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

std::string settings_report(const config::Settings& settings, const Screen& screen) {
  std::string text = general(settings);
  if (!settings.providers.empty()) text += '\n' + providers(settings, screen);
  if (!settings.models.empty()) text += '\n' + models(settings, screen);
  return text;
}

std::string settings_json(const config::Settings& settings) {
  Json json{{"listen", to_string(settings.listen)},
            {"data_dir", settings.data_dir.string()},
            {"master_key", !settings.auth.master_key.empty()},
            {"providers", Json::array()},
            {"models", Json::array()}};
  for (const auto& [name, provider] : settings.providers) {
    Json base_url = provider.base_url.given() ? Json(to_string(provider.base_url)) : Json();
    json["providers"].push_back({{"name", name},
                                 {"kind", name_of(provider.kind)},
                                 {"base_url", base_url},
                                 {"keys", provider.keys.size()}});
  }
  for (const auto& [name, model] : settings.models) json["models"].push_back(json_of(name, model));
  Json classes = Json::object();
  for (const auto& [name, ttl] : settings.cache.classes) classes[name] = seconds(ttl);
  json["cache"] = {{"memory_capacity_bytes", settings.cache.memory_capacity.count},
                   {"entry_limit_bytes", settings.cache.entry_limit.count},
                   {"ttl_seconds", seconds(settings.cache.ttl)},
                   {"classes", std::move(classes)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace weir::terminal
