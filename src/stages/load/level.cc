#include "load/level.h"

#include <algorithm>

#include "telemetry/log.h"

namespace weir::load {
namespace {

constexpr const char* kPart = "level";
constexpr const char* kBroken = "many endpoints are broken";

std::string_view meaning_of(Level level) {
  switch (level) {
    case Level::full:
      return "nothing is left out";
    case Level::no_extras:
      return "second attempts (hedge) are left out";
    case Level::cheaper:
      return "cheaper models are asked where models name them";
    case Level::cache_only:
      return "calls are answered from the cache or not at all";
  }
  return "";
}

// Rounded down, or a load might seem to have come to a level that it didn't. What is written as 83% is 83%,
// whatever doubles make of it.
std::string percent(double share) { return fmt::format("{}%", static_cast<int>(share * 100 + 1e-6)); }

Level below(Level level) { return static_cast<Level>(static_cast<int>(level) - 1); }

}  // namespace

std::string_view name_of(Level level) {
  switch (level) {
    case Level::full:
      return "full";
    case Level::no_extras:
      return "no_extras";
    case Level::cheaper:
      return "cheaper";
    case Level::cache_only:
      return "cache_only";
  }
  return "";
}

Levels::Levels(const config::DegradationSettings& settings, const Clock& clock,
               telemetry::Degradations& degradations)
    : clock_(clock),
      degradations_(degradations),
      settings_(settings),
      report_{.since = clock.wall(), .why = std::string(meaning_of(Level::full))} {}

void Levels::advance(const Signs& signs, TimePoint now) {
  std::lock_guard lock(mutex_);
  report_.load = signs.load;
  if (settings_.automatic) {
    follow(signs, now);
  } else {
    automatic_ = Level::full;
    low_since_.reset();
  }
  put_in_force();
}

void Levels::set_by_hand(std::optional<Level> level) {
  std::lock_guard lock(mutex_);
  by_hand_ = level;
  put_in_force();
}

void Levels::apply(const config::DegradationSettings& settings) {
  std::lock_guard lock(mutex_);
  settings_ = settings;
}

Levels::Report Levels::report() const {
  std::lock_guard lock(mutex_);
  return report_;
}

void Levels::follow(const Signs& signs, TimePoint now) {
  const Level by_load = level_of(signs.load);
  const Level least = signs.unhealthy ? Level::no_extras : Level::full;
  if (by_load > automatic_) {
    automatic_ = by_load;
    reason_ = fmt::format("the load came to {}", percent(signs.load));
  }
  if (least > automatic_) {
    automatic_ = least;
    reason_ = kBroken;
  }
  const bool load_is_low = signs.load < end(automatic_);
  if (load_is_low && automatic_ == least) reason_ = kBroken;  // whatever it was that began it
  if (!load_is_low || automatic_ == least) return low_since_.reset();
  if (!low_since_) low_since_ = now;
  if (now - *low_since_ < settings_.hold) return;
  reason_ = fmt::format("the load fell below {}", percent(end(automatic_)));
  automatic_ = below(automatic_);
  low_since_ = now;
}

// Makes the level that it has come to the one that calls go by, and tells of it where it is news.
void Levels::put_in_force() {
  const Level level = by_hand_.value_or(automatic_);
  const std::string_view reason = by_hand_ ? "set by hand" : std::string_view(reason_);
  const bool as_usual = level == Level::full && !by_hand_;
  std::string why =
      as_usual ? std::string(meaning_of(level)) : fmt::format("{}: {}", reason, meaning_of(level));
  const bool changed = level != report_.level || by_hand_.has_value() != report_.by_hand;
  if (!changed && why == report_.why) return;

  if (changed) {
    report_.since = clock_.wall();
    telemetry::log(level > report_.level ? telemetry::LogLevel::warning : telemetry::LogLevel::info,
                   "level_changed", {{"level", name_of(level)}, {"why", why}});
  }
  report_.level = level;
  report_.by_hand = by_hand_.has_value();
  report_.why = why;
  in_force_.store(level, std::memory_order_relaxed);
  if (level == Level::full) {
    (void)degradations_.clear(kPart);
  } else {
    (void)degradations_.report(kPart, std::move(why), report_.since);
  }
}

Level Levels::level_of(double load) const {
  for (Level level : {Level::cache_only, Level::cheaper, Level::no_extras}) {
    if (load >= beginning(level)) return level;
  }
  return Level::full;
}

double Levels::beginning(Level level) const {
  switch (level) {
    case Level::full:
      return 0;
    case Level::no_extras:
      return settings_.no_extras.of_one;
    case Level::cheaper:
      return settings_.cheaper.of_one;
    case Level::cache_only:
      return settings_.cache_only.of_one;
  }
  return 0;
}

double Levels::end(Level level) const {
  const double begins = beginning(level);
  return std::max(begins - settings_.margin.of_one, begins / 2);
}

}  // namespace weir::load
