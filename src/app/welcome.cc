#include "app/welcome.h"

namespace weir::app {
namespace {

constexpr std::size_t kLabel = 17;  // columns in front of what a line says
constexpr std::size_t kMostDegraded = 3;

// "openai, anthropic and 98 more": as many as fit, but at least one.
std::string list_in(std::size_t columns, const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string more = fmt::format(" and {} more", names.size() - i);
    std::size_t room_for_more = i + 1 < names.size() ? more.size() : 0;
    if (i > 0 && text.size() + 2 + names[i].size() + room_for_more > columns) return text + more;
    if (i > 0) text += ", ";
    text += names[i];
  }
  return text.empty() ? "none" : text;
}

std::string line(std::string_view label, std::string_view text) {
  return fmt::format("  {:<{}}{}\n", label, kLabel - 2, text);
}

std::string to_text(const Welcome::Provider& provider) {
  if (provider.keys == 0) return provider.name;
  return fmt::format("{} ({} key{})", provider.name, provider.keys, provider.keys > 1 ? "s" : "");
}

std::string degraded_lines(const std::vector<telemetry::Degradation>& degraded) {
  if (degraded.empty()) return line("degraded", "nothing");
  std::string text;
  std::size_t shown = degraded.size() > kMostDegraded ? kMostDegraded - 1 : degraded.size();
  for (std::size_t i = 0; i < shown; ++i) {
    text += line(i == 0 ? "degraded" : "", fmt::format("{}: {}", degraded[i].part, degraded[i].reason));
  }
  if (shown < degraded.size()) text += line("", fmt::format("and {} more", degraded.size() - shown));
  return text;
}

}  // namespace

Welcome welcome_of(const config::Settings& settings, std::uint16_t port) {
  std::string_view scheme = settings.listener.tls.enabled() ? "https" : "http";
  Welcome welcome{.url = fmt::format("{}://{}", scheme, config::format_host_port(settings.listen.host, port)),
                  .callers = settings.auth.master_key.empty() ? Welcome::Callers::this_machine
                                                              : Welcome::Callers::with_master_key};
  for (const auto& [name, provider] : settings.providers) {
    welcome.providers.push_back({.name = name, .keys = provider.keys.size()});
  }
  for (const auto& [name, model] : settings.models) welcome.models.push_back(name);
  return welcome;
}

std::string to_text(const Welcome& welcome, std::size_t columns) {
  std::size_t room = columns > kLabel ? columns - kLabel : 0;
  std::vector<std::string> providers;
  for (const auto& provider : welcome.providers) providers.push_back(to_text(provider));
  std::string text = fmt::format("weir listens on {}  ({} event loop{})\n", welcome.url, welcome.loops,
                                 welcome.loops == 1 ? "" : "s");
  text += line("configuration", welcome.configuration ? welcome.configuration->string()
                                                      : "none: defaults, and keys from the environment");
  text += line("providers", list_in(room, providers));
  text += line("models", list_in(room, welcome.models));
  text += degraded_lines(welcome.degraded);
  if (welcome.callers == Welcome::Callers::this_machine) {
    text += line("callers", "this machine only, with any key or none (see auth.master_key)");
  }
  if (welcome.new_key) {
    text += fmt::format("  a key for later, shown once and kept in {}: {}\n", welcome.new_key->file.string(),
                        welcome.new_key->value);
  }
  return text;
}

}  // namespace weir::app
