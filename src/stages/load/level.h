// How much weir does for a call: less, the more it is loaded, and everything again by itself.
//
//   levels.advance({.load = gauge.advance(now), .unhealthy = …}, now);   // once a second
//   if (levels.now() >= Level::no_extras) …                              // for each call: no hedge
//
// A level is entered as soon as the load comes to where it begins (`degradation.*`), also over others. It is
// left by one step, once the load was `margin` below its beginning for `hold`: the load was lower because
// weir did less, so each step back is watched for as long before the next. Where `margin` is more than half
// of a beginning, that half takes its place, or a level that begins low would never end.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "config/settings.h"
#include "telemetry/degradations.h"

namespace weir::load {

// From the best to the least; each leaves out what those before it do.
enum class Level : std::uint8_t {
  full,
  no_extras,   // no second attempts that only make an answer faster
  cheaper,     // models are asked that others name as `cheaper`
  cache_only,  // calls are answered from the cache or not at all
};
// As the settings write it.
std::string_view name_of(Level level);

// What the automatic level goes by.
struct Signs {
  double load = 0;         // 0 to 1, see LoadGauge
  bool unhealthy = false;  // many endpoints are broken: no_extras at least
};

// For all loops. A level below `full` is a degradation, of the part `level`; each change is logged.
class Levels {
 public:
  struct Report {
    Level level = Level::full;
    bool by_hand = false;
    WallTime since;
    double load = 0;  // at the last advance()
    std::string why;  // for people: the reason, and what it means
  };

  // `clock` tells since when; it and `degradations` must outlive this.
  Levels(const config::DegradationSettings& settings, const Clock& clock,
         telemetry::Degradations& degradations);
  Levels(const Levels&) = delete;
  Levels& operator=(const Levels&) = delete;

  // The level in force. Any thread; one read.
  Level now() const { return in_force_.load(std::memory_order_relaxed); }

  // Once a second, by one thread.
  void advance(const Signs& signs, TimePoint now);
  // From now on this one, whatever the load; nothing: the automatic one again, which was watched meanwhile.
  // Any thread.
  void set_by_hand(std::optional<Level> level);
  // A reload's. Any thread; in force with the next advance().
  void apply(const config::DegradationSettings& settings);

  Report report() const;

 private:
  Level level_of(double load) const;
  double beginning(Level level) const;
  double end(Level level) const;
  void follow(const Signs& signs, TimePoint now);
  void put_in_force();

  const Clock& clock_;
  telemetry::Degradations& degradations_;
  std::atomic<Level> in_force_ = Level::full;  // written under the mutex

  mutable std::mutex mutex_;  // guards all below
  config::DegradationSettings settings_;
  Level automatic_ = Level::full;
  std::string reason_;                  // for `automatic_`; nothing where it is full
  std::optional<TimePoint> low_since_;  // since when `automatic_` might be left
  std::optional<Level> by_hand_;
  Report report_;
};

}  // namespace weir::load
