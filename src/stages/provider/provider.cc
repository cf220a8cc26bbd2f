#include "provider/provider.h"

namespace weir::provider {
namespace {

runtime::Destination destination(const config::ProviderSettings& settings) {
  // A simulated provider is behind a dialer of its own, which needs no address.
  if (settings.kind == config::ProviderKind::simulated) return {"simulated", 80, false};
  return {settings.base_url.host, settings.base_url.port, settings.base_url.scheme == config::Scheme::https};
}

}  // namespace

Provider::Provider(std::string_view name, const config::ProviderSettings& settings, Loop& loop,
                   runtime::Dialer& dialer, telemetry::Names& names, std::shared_ptr<Shared> shared)
    : name_(names.keep(name)),
      settings_(settings),
      target_(settings_.base_url),
      loop_(loop),
      shared_(std::move(shared)),
      pool_(loop, dialer, destination(settings_), settings_.connections, shared_->connections) {
  for (const auto& key : settings_.keys) key_names_.push_back(names.keep(key.name));
}

}  // namespace weir::provider
