// What the admin API needs of deployments' health and of the level of service. `app` implements it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace weir::admin {

enum class BreakerState : std::uint8_t { closed, open, half_open };
// What a breaker is told by hand; `automatic`: to judge by itself again.
enum class BreakerOrder : std::uint8_t { open, closed, automatic };

// One deployment through one key, as it is now.
struct EndpointFigures {
  std::string deployment;           // its label: "openai/gpt-4o"
  std::string provider;             // its configured name
  std::string key_name;             // empty: it needs none
  std::vector<std::string> models;  // names and patterns that may be answered by it
  BreakerState state = BreakerState::closed;
  BreakerOrder told = BreakerOrder::automatic;
  std::optional<WallTime> until = {};  // of an open one; nothing: not by itself
  std::uint32_t openings_in_a_row = 0;
  std::uint64_t results = 0;  // that it judges by
  std::uint64_t failed = 0;   // of them
  std::uint64_t slow = 0;     // of them
  std::uint32_t under_way = 0;
  std::optional<std::uint32_t> limit = {};
  std::optional<Duration> latency = {};  // until an answer's head
  std::optional<double> quota_left = {};
  std::optional<WallTime> rests_until = {};  // its provider asked for it
};

struct LevelFigures {
  std::string_view level;
  bool by_hand = false;
  WallTime since;
  double load = 0;       // 0 to 1
  std::string why = {};  // for people
};

// Any loop's thread; nothing waits.
class ResiliencePort {
 public:
  virtual ~ResiliencePort() = default;

  // Of the configuration in force.
  virtual std::vector<EndpointFigures> endpoints() const = 0;
  // All of a deployment's keys, or the one that is named. For all loops, until it is told otherwise; a reload
  // changes nothing of it, a restart forgets it.
  virtual void tell_breakers(std::string_view deployment, const std::optional<std::string>& key_name,
                             BreakerOrder order) = 0;

  virtual LevelFigures level() const = 0;
  // Their names, from the best to the least.
  virtual std::vector<std::string_view> levels() const = 0;
  // One of them by hand; nothing: by load again.
  virtual void set_level(std::optional<std::string_view> name) = 0;
};

}  // namespace weir::admin
