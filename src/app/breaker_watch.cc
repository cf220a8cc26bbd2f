#include "app/breaker_watch.h"

#include "base/rfc3339.h"
#include "telemetry/log.h"

namespace weir::app {
namespace {

using resilience::Endpoint;
using State = resilience::Breaker::State;

std::string part_of(const Endpoint::Name& name) {
  if (name.key_name.empty()) return fmt::format("deployment {}", name.deployment);
  return fmt::format("deployment {}, key {}", name.deployment, name.key_name);
}

// "7 of 10 attempts failed, and 2 were slow"
std::string results_of(const resilience::Breaker::Report& breaker) {
  if (breaker.failed == 0) return fmt::format("{} of {} attempts were slow", breaker.slow, breaker.results);
  std::string text = fmt::format("{} of {} attempts failed", breaker.failed, breaker.results);
  if (breaker.slow > 0) text += fmt::format(", and {} were slow", breaker.slow);
  return text;
}

// Of a breaker that is not closed.
std::string why_of(const Endpoint::Report& report, const Clock& clock) {
  if (report.breaker.forced == resilience::Forced::open) return "its breaker was opened by hand";
  if (report.breaker.state == State::half_open) {
    return "its breaker is half open: the next attempts show whether it works again";
  }
  return fmt::format("its breaker is open until {}: {}",
                     rfc3339(wall_time_of(report.standing.ready_at, clock)), results_of(report.breaker));
}

}  // namespace

bool BreakerWatch::look() {
  const auto endpoints = registry_.endpoints();
  std::set<std::string> not_closed;
  std::size_t open = 0;
  for (const auto& endpoint : endpoints) {
    const auto report = endpoint->report(clock_.now());
    if (report.breaker.state == State::closed) continue;
    if (report.breaker.state == State::open) ++open;
    not_closed.insert(part_of(endpoint->name()));
    tell(endpoint->name(), why_of(report, clock_));
  }
  clear_others(endpoints, not_closed);
  return open >= 2 && 2 * open >= endpoints.size();
}

void BreakerWatch::tell(const Endpoint::Name& name, std::string why) {
  const auto part = part_of(name);
  if (told_.emplace(part, name).second) {
    telemetry::log_warning("breaker_opened",
                           {{"deployment", name.deployment}, {"key", name.key_name}, {"why", why}});
  }
  (void)degradations_.report(part, std::move(why), clock_.wall());
}

// One that a reload has taken away is no longer told of, but it did not close.
void BreakerWatch::clear_others(const Endpoints& endpoints, const std::set<std::string>& not_closed) {
  std::erase_if(told_, [&](const auto& told) {
    const auto& [part, name] = told;
    if (not_closed.contains(part)) return false;
    const bool is_there =
        std::ranges::any_of(endpoints, [&](const auto& each) { return part_of(each->name()) == part; });
    if (is_there)
      telemetry::log_info("breaker_closed", {{"deployment", name.deployment}, {"key", name.key_name}});
    (void)degradations_.clear(part);
    return true;
  });
}

WallTime wall_time_of(TimePoint when, const Clock& clock) {
  return clock.wall() + std::chrono::duration_cast<WallTime::duration>(when - clock.now());
}

}  // namespace weir::app
