// Tells /readyz and the log of deployments that are left alone because they fail.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "resilience/registry.h"
#include "telemetry/degradations.h"

namespace weir::app {

// A degradation for each deployment and key whose breaker is not closed: "deployment openai/gpt-4o, key
// main". Its beginning and its end are logged (`breaker_opened`, `breaker_closed`); that it is tried and
// opens again in between is no news. One thread.
class BreakerWatch {
 public:
  // All must outlive it.
  BreakerWatch(const resilience::Registry& registry, const Clock& clock,
               telemetry::Degradations& degradations)
      : registry_(registry), clock_(clock), degradations_(degradations) {}

  // Once a second. Whether many are broken: half of all breakers at least are open, and at least two.
  bool look();

 private:
  using Endpoints = std::vector<std::shared_ptr<resilience::Endpoint>>;

  void tell(const resilience::Endpoint::Name& name, std::string why);
  void clear_others(const Endpoints& endpoints, const std::set<std::string>& not_closed);

  const resilience::Registry& registry_;
  const Clock& clock_;
  telemetry::Degradations& degradations_;
  std::map<std::string, resilience::Endpoint::Name> told_;  // by their parts
};

// The calendar's time of a moment on the same clock, as the two stand to each other now.
WallTime wall_time_of(TimePoint when, const Clock& clock);

}  // namespace weir::app
