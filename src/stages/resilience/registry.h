// All that is known of providers and models in this process, by name, so that a new configuration finds what
// the old one has learned.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "config/settings.h"
#include "model/ids.h"
#include "resilience/endpoint.h"
#include "resilience/traffic.h"
#include "resilience/waiting_room.h"

namespace weir::resilience {

// Any thread. The main thread asks for what a configuration needs, hands it to the loops, and then forgets
// what nobody holds any more; nothing here is on a call's path.
class Registry {
 public:
  // The endpoint of what is asked (`id`), at this provider, with this key; made where there is none yet. One
  // that is there gets the settings and keeps its name's texts.
  std::shared_ptr<Endpoint> endpoint(const Endpoint::Name& name, DeploymentId id,
                                     const config::BreakerSettings& settings);
  std::shared_ptr<WaitingRoom> waiting_room(std::string_view provider, const config::ProviderQueue& settings);
  std::shared_ptr<Traffic> traffic(std::string_view model);

  // Once a configuration is in force: drops what only the registry holds.
  void forget_unused();

  // In the order of their providers' names.
  std::vector<std::shared_ptr<Endpoint>> endpoints() const;

 private:
  using Identity = std::tuple<std::string, std::uint64_t, std::string>;  // provider, id, key's name
  std::shared_ptr<WaitingRoom>& room_of(std::string_view provider);

  mutable std::mutex mutex_;
  std::map<Identity, std::shared_ptr<Endpoint>> endpoints_;
  std::map<std::string, std::shared_ptr<WaitingRoom>, std::less<>> rooms_;
  std::map<std::string, std::shared_ptr<Traffic>, std::less<>> traffic_;
};

}  // namespace weir::resilience
