// How deployments do, and what weir leaves out under load; both can be steered by hand.
//
//   GET  /api/v1/deployments           a list: breaker, calls under way, limit, latency, quota of each
//   POST /api/v1/deployments/breaker   {"deployment", "key_name"?, "state":"open|closed|auto"}: those it
//   changed GET  /api/v1/level                 {"level","by_hand","since","load","why"} PUT  /api/v1/level
//   {"level":"full|no_extras|cheaper|cache_only|auto"}: the same, afterwards
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "admin/problem.h"
#include "admin/resilience_port.h"

namespace weir::admin {

struct BreakerChange {
  std::string deployment;
  std::optional<std::string> key_name = {};  // nothing: all of its keys
  BreakerOrder order = BreakerOrder::automatic;
};
// The problem names each member that is wrong.
std::expected<BreakerChange, Problem> read_breaker_change(std::string_view body);

// Nothing: `auto`.
using WantedLevel = std::optional<std::string>;
std::expected<WantedLevel, Problem> read_level(std::string_view body,
                                               std::span<const std::string_view> levels);

// One loop's. Whoever calls must be allowed to.
class ResilienceApi {
 public:
  explicit ResilienceApi(ResiliencePort& port) : port_(port) {}

  static bool answers(std::string_view path);
  Task<void> answer(http::ServerConnection& connection, Cancellation& stop);

  // A JSON document.
  using Answer = std::expected<std::string, Problem>;
  Answer deployments(std::string_view query) const;
  Answer change_breakers(std::string_view body);
  Answer level() const;
  Answer change_level(std::string_view body);

 private:
  Answer answer_to(const http::RequestHead& head, std::string_view body);

  ResiliencePort& port_;
};

}  // namespace weir::admin
