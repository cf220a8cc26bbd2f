#include "config/check.h"

#include <fmt/core.h>

#include <array>
#include <map>
#include <vector>

#include "base/text.h"

namespace weir::config {
namespace {

constexpr std::string_view kProviderLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";

// Says something about the setting at `path`, unless one of those it depends on has a problem already.
class Checker {
 public:
  Checker(const Settings& settings, ProblemList& problems) : settings_(settings), problems_(problems) {
    for (const auto& [name, provider] : settings.providers) provider_names_.push_back(name);
  }

  void check_all();

 private:
  void check_listener();
  void check_traces();
  void check_provider(const std::string& name, const ProviderSettings& provider);
  void check_simulated(const std::string& path, const ProviderSettings& provider);
  void check_keys(const std::string& path, const ProviderSettings& provider);
  void check_model(const std::string& name, const ModelSettings& model);
  void check_wildcard(const std::string& path, const ModelSettings& model);
  void check_provider_name(const std::string& path, const std::string& name);
  void check_other_models(const std::string& name, const ModelSettings& model);
  void check_other_model(const std::string& path, const std::string& name, const std::string& other);
  void check_breaker(const std::string& path, const BreakerSettings& breaker);
  void check_degradation();

  bool untouched(std::initializer_list<std::string> paths) const {
    return std::ranges::none_of(paths, [&](const auto& path) { return problems_.touches(path); });
  }

  const Settings& settings_;
  ProblemList& problems_;
  std::vector<std::string> provider_names_;
};

void Checker::check_all() {
  if (auto why = why_not_listen(settings_.listen, settings_.auth); why && untouched({"listen", "auth"})) {
    problems_.add("listen", fmt::format("{} {}", problems_.quoted("listen"), *why));
  }
  check_listener();
  check_traces();
  check_breaker("breaker", settings_.breaker);
  check_degradation();
  for (const auto& [name, provider] : settings_.providers) check_provider(name, provider);
  for (const auto& [name, model] : settings_.models) check_model(name, model);
}

void Checker::check_listener() {
  const auto& tls = settings_.listener.tls;
  if (!untouched({"listener.tls"}) || tls.certificate.empty() == tls.key.empty()) return;
  problems_.add("listener.tls", tls.key.empty() ? "`key` is missing; a certificate needs its private key"
                                                : "`certificate` is missing; a key needs its certificate");
}

// The rest of the request is weir's to write.
void Checker::check_traces() {
  constexpr std::string_view kTokenLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";  // RFC 9110 5.6.2
  constexpr std::array<std::string_view, 5> kOurs{"host", "content-length", "content-type",
                                                  "transfer-encoding", "connection"};
  for (const auto& [name, value] : settings_.traces.headers) {
    auto path = path_of("traces.headers", name);
    if (name.empty() || name.find_first_not_of(kTokenLetters) != std::string::npos) {
      problems_.add(path, "is not a header's name");
    }
    bool ours = std::ranges::any_of(kOurs, [&](auto our) { return equals_ignoring_case(our, name); });
    if (ours) problems_.add(path, "is written by weir itself; remove it");
  }
}

void Checker::check_provider(const std::string& name, const ProviderSettings& provider) {
  auto path = path_of("providers", name);
  if (name.empty() || name.find_first_not_of(kProviderLetters) != std::string::npos) {
    problems_.add(path, "a provider's name is made of letters, digits and -_.");
  }
  if (untouched({path + ".connections"}) && provider.connections.idle > provider.connections.max) {
    problems_.add(path + ".connections.idle", "is more than `max`, the most that may be open at all");
  }
  if (!untouched({path + ".kind"})) return;
  if (provider.kind == ProviderKind::simulated) return check_simulated(path, provider);
  if (!provider.script.empty()) problems_.add(path + ".script", "only a simulated provider has a script");
  check_keys(path, provider);
}

void Checker::check_simulated(const std::string& path, const ProviderSettings& provider) {
  if (provider.base_url.given())
    problems_.add(path + ".base_url", "a simulated provider has no address; remove it");
  if (!provider.keys.empty())
    problems_.add(path + ".keys", "a simulated provider needs no keys; remove them");
}

void Checker::check_keys(const std::string& path, const ProviderSettings& provider) {
  auto keys_path = path + ".keys";
  bool needs_key = !provider.base_url.is_private();
  if (provider.keys.empty() && needs_key && untouched({keys_path, path + ".base_url"})) {
    problems_.add(keys_path, "at least one key is needed to call an address that is not private");
  }
  std::map<std::string_view, std::size_t> first_uses;
  for (std::size_t i = 0; i < provider.keys.size(); ++i) {
    auto [first, is_new] = first_uses.emplace(provider.keys[i].name, i);
    auto name_path = fmt::format("{}[{}].name", keys_path, i);
    if (is_new || !untouched({name_path})) continue;
    problems_.add(name_path, fmt::format("{} is the name of another key, keys[{}]",
                                         problems_.quoted(name_path), first->second));
  }
}

void Checker::check_model(const std::string& name, const ModelSettings& model) {
  auto path = path_of("models", name);
  if (name.empty()) return problems_.add(path, "a model's name must not be empty");
  if (name.find('*') < name.size() - 1) return problems_.add(path, "a wildcard has one `*`, at its end");
  check_other_models(name, model);
  check_breaker(path + ".breaker", model.breaker);
  if (is_wildcard(name)) return check_wildcard(path, model);
  if (!model.provider.empty()) {
    problems_.add(path + ".provider",
                  "only a wildcard such as \"openai/*\" has a provider; write `deployments`");
  } else if (model.deployments.empty() && untouched({path + ".deployments", path + ".provider"})) {
    problems_.add(path + ".deployments", "a model needs at least one deployment");
  }
  for (std::size_t i = 0; i < model.deployments.size(); ++i) {
    check_provider_name(fmt::format("{}.deployments[{}].provider", path, i), model.deployments[i].provider);
  }
}

void Checker::check_wildcard(const std::string& path, const ModelSettings& model) {
  if (!model.deployments.empty()) {
    problems_.add(path + ".deployments", "a wildcard has no deployments; write `provider`");
  } else if (model.provider.empty()) {
    if (untouched({path + ".provider", path + ".deployments"})) {
      problems_.add(path + ".provider", "a wildcard needs the provider that it stands for");
    }
  } else {
    check_provider_name(path + ".provider", model.provider);
  }
}

void Checker::check_other_models(const std::string& name, const ModelSettings& model) {
  auto path = path_of("models", name);
  auto check_list = [&](std::string_view setting, const std::vector<std::string>& others) {
    for (std::size_t i = 0; i < others.size(); ++i)
      check_other_model(fmt::format("{}.{}[{}]", path, setting, i), name, others[i]);
  };
  check_list("fallbacks", model.fallbacks);
  check_list("context_window_fallbacks", model.context_window_fallbacks);
  check_list("content_policy_fallbacks", model.content_policy_fallbacks);
  if (!model.cheaper.empty()) check_other_model(path + ".cheaper", name, model.cheaper);
}

// It may be one that only a wildcard stands for.
void Checker::check_other_model(const std::string& path, const std::string& name, const std::string& other) {
  if (!untouched({path})) return;
  if (name == other) return problems_.add(path, "is this model itself");
  bool known = false;
  std::vector<std::string> names;
  for (const auto& [model, settings] : settings_.models) {
    names.push_back(model);
    known |= model == other;
    known |= is_wildcard(model) && other.starts_with(model.substr(0, model.size() - 1));
    known |= is_wildcard(model) && other.starts_with(settings.provider + "/");
  }
  if (known) return;
  auto text = fmt::format("there is no model {}", problems_.quoted(path));
  if (!problems_.full()) text = with_nearest(text, other, names);
  problems_.add(path, text);
}

void Checker::check_breaker(const std::string& path, const BreakerSettings& breaker) {
  if (untouched({path}) && breaker.open > breaker.open_cap)
    problems_.add(path + ".open_cap", "is less than `open`, the time it stays open at first");
}

void Checker::check_degradation() {
  const auto& levels = settings_.degradation;
  if (!untouched({"degradation"})) return;
  if (levels.no_extras > levels.cheaper || levels.cheaper > levels.cache_only)
    problems_.add("degradation", "the levels must come in this order: no_extras, cheaper, cache_only");
}

void Checker::check_provider_name(const std::string& path, const std::string& name) {
  if (settings_.providers.contains(name) || !untouched({path})) return;
  // `providers` as a whole may be what is wrong: a list, say. Then none of the names can be judged.
  if (provider_names_.empty() && problems_.touches("providers")) return;
  auto text = fmt::format("there is no provider {}", problems_.quoted(path));
  if (!problems_.full()) text = with_nearest(text, name, provider_names_);
  problems_.add(path, text);
}

}  // namespace

void check(const Settings& settings, ProblemList& problems) { Checker(settings, problems).check_all(); }

std::optional<std::string> why_not_listen(const ListenAddress& listen, const AuthSettings& auth) {
  if (listen.is_loopback() || !auth.master_key.empty()) return std::nullopt;
  return "is open to other machines, which needs a key: set `auth.master_key`, or listen on 127.0.0.1";
}

}  // namespace weir::config
