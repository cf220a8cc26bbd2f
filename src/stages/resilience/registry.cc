#include "resilience/registry.h"

#include <utility>

namespace weir::resilience {

std::shared_ptr<Endpoint> Registry::endpoint(const Endpoint::Name& name, DeploymentId id,
                                             const config::BreakerSettings& settings) {
  std::lock_guard lock(mutex_);
  auto& endpoint = endpoints_[{std::string(name.provider), id.value, std::string(name.key_name)}];
  if (endpoint) {
    endpoint->apply(settings);
  } else {
    endpoint = std::make_shared<Endpoint>(name, settings, room_of(name.provider));
  }
  return endpoint;
}

std::shared_ptr<WaitingRoom> Registry::waiting_room(std::string_view provider,
                                                    const config::ProviderQueue& settings) {
  std::lock_guard lock(mutex_);
  auto& room = room_of(provider);
  room->apply(settings);
  return room;
}

std::shared_ptr<WaitingRoom>& Registry::room_of(std::string_view provider) {
  auto& room = rooms_[std::string(provider)];
  if (!room) room = std::make_shared<WaitingRoom>(config::ProviderQueue{});
  return room;
}

std::shared_ptr<Traffic> Registry::traffic(std::string_view model) {
  std::lock_guard lock(mutex_);
  auto& traffic = traffic_[std::string(model)];
  if (!traffic) traffic = std::make_shared<Traffic>();
  return traffic;
}

// New holders come from here alone, and wait for the mutex: one that is held once stays so. Endpoints first:
// they hold their rooms.
void Registry::forget_unused() {
  std::lock_guard lock(mutex_);
  auto only_ours = [](const auto& entry) { return entry.second.use_count() == 1; };
  std::erase_if(endpoints_, only_ours);
  std::erase_if(rooms_, only_ours);
  std::erase_if(traffic_, only_ours);
}

std::vector<std::shared_ptr<Endpoint>> Registry::endpoints() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Endpoint>> all;
  for (const auto& [identity, endpoint] : endpoints_) all.push_back(endpoint);
  return all;
}

}  // namespace weir::resilience
