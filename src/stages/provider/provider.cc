#include "provider/provider.h"

namespace weir::provider {
namespace {

runtime::Destination destination(const config::ProviderSettings& settings) {
  // A simulated provider is behind a dialer of its own, which needs no address.
  if (settings.kind == config::ProviderKind::simulated) return {"simulated", 80, false};
  return {settings.base_url.host, settings.base_url.port, settings.base_url.scheme == config::Scheme::https};
}

}  // namespace

Provider::Provider(std::string name, const config::ProviderSettings& settings, Loop& loop,
                   runtime::Dialer& dialer, Random& random, Shared& shared)
    : name_(std::move(name)),
      settings_(settings),
      target_(settings.base_url),
      loop_(loop),
      random_(random),
      shared_(shared),
      pool_(loop, dialer, destination(settings), settings.connections, shared.connections) {}

const config::ProviderKey* Provider::choose_key() const {
  std::uint64_t total = 0;
  for (const auto& key : settings_.keys) total += key.weight;
  if (total == 0) return nullptr;
  std::uint64_t drawn = settings_.keys.size() == 1 ? 0 : random_.below(total);
  for (const auto& key : settings_.keys) {
    if (drawn < key.weight) return &key;
    drawn -= key.weight;
  }
  return nullptr;
}

}  // namespace weir::provider
