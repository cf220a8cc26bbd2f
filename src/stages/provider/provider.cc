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
                   runtime::Dialer& dialer, Random& random, telemetry::Names& names,
                   std::shared_ptr<Shared> shared)
    : name_(names.keep(name)),
      settings_(settings),
      target_(settings_.base_url),
      loop_(loop),
      random_(random),
      shared_(std::move(shared)),
      pool_(loop, dialer, destination(settings_), settings_.connections, shared_->connections) {
  for (const auto& key : settings_.keys) {
    keys_.push_back({key, names.keep(key.name)});
    weights_ += key.weight;
  }
}

const Provider::Key* Provider::choose_key() const {
  std::uint64_t drawn = keys_.size() > 1 ? random_.below(weights_) : 0;
  for (const auto& key : keys_) {
    if (drawn < key.settings.weight) return &key;
    drawn -= key.settings.weight;
  }
  return nullptr;
}

}  // namespace weir::provider
