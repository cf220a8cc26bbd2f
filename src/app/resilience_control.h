// Deployments' health and the level of service as the admin API sees them.
#pragma once

#include "admin/resilience_port.h"
#include "journey/journey.h"
#include "load/level.h"

namespace weir::app {

// One loop's. Everything given must outlive it.
class ResilienceControl final : public admin::ResiliencePort {
 public:
  ResilienceControl(const Clock& clock, const journey::Journey& journey, load::Levels& levels)
      : clock_(clock), journey_(journey), levels_(levels) {}

  // By their deployments' and keys' names.
  std::vector<admin::EndpointFigures> endpoints() const override;
  void tell_breakers(std::string_view deployment, const std::optional<std::string>& key_name,
                     admin::BreakerOrder order) override;

  admin::LevelFigures level() const override;
  std::vector<std::string_view> levels() const override;
  void set_level(std::optional<std::string_view> name) override;

 private:
  admin::EndpointFigures figures_of(const resilience::Endpoint& endpoint) const;

  const Clock& clock_;
  const journey::Journey& journey_;
  load::Levels& levels_;
};

}  // namespace weir::app
