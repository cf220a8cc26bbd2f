// A configuration with one model "m", for tests that choose among its deployments.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>

#include "base/random.h"
#include "routing/router.h"

namespace weir::routing::testing_house {

using State = Standing::State;

// Three deployments of weights 3, 2 and 1, whose providers have two keys, one and none.
inline config::Settings settings() {
  config::Settings made;
  made.providers["two"].keys = {{.name = "a", .value = {}, .weight = 3}, {.name = "b", .value = {}}};
  made.providers["one"].keys = {{.name = "a", .value = {}}};
  made.providers["none"] = {};
  made.models["m"].deployments = {{"two", "gpt", 3}, {"one", "gpt", 2}, {"none", "llama", 1}};
  return made;
}

// Targets go by the names of their provider and key: "two a", "two b", "one a", "none ".
class House {
 public:
  explicit House(config::Settings given = settings()) : given_(std::move(given)) {}

  Standing& standing(const std::string& target) { return standings_[target]; }
  void leave_only(std::initializer_list<std::string> ready) {
    for (const auto& name : {"two a", "two b", "one a", "none "})
      standing(name).state = std::ranges::find(ready, name) == ready.end() ? State::resting : State::ready;
  }

  Route route() const { return *router_.find("m", Dialect::openai); }
  std::uint16_t place_of(const std::string& target) const {
    auto route = this->route();
    auto is_it = [&](const Target& other) { return name_of(other) == target; };
    return static_cast<std::uint16_t>(std::ranges::find_if(route.targets(), is_it) - route.targets().begin());
  }

  // The name of what was chosen; empty for nothing.
  std::string choose(const Route::Wish& wish = {}) {
    auto route = this->route();
    auto choice = route.choose(wish, random_, standing_of());
    return choice ? name_of(route.targets()[choice->target]) : "";
  }
  // How often each is chosen, as a share of many times.
  std::map<std::string, double> shares(const Route::Wish& wish = {}) {
    constexpr int kTimes = 20'000;
    std::map<std::string, double> shares;
    for (int i = 0; i < kTimes; ++i) shares[choose(wish)] += 1;
    for (auto& [target, share] : shares) share /= kTimes;
    return shares;
  }
  Standing why() { return route().why(standing_of()); }

 private:
  std::string name_of(const Target& target) const {
    const auto& endpoint = router_.endpoints()[target.endpoint];
    return fmt::format("{} {}", endpoint.provider, endpoint.key_name);
  }
  std::function<Standing(std::uint32_t)> standing_of() {
    return [this](std::uint32_t endpoint) { return standing(name_of({.endpoint = endpoint})); };
  }

  config::Settings given_;
  telemetry::Names names_;
  Router router_{given_, names_};
  Random random_{1};
  std::map<std::string, Standing> standings_;
};

}  // namespace weir::routing::testing_house
