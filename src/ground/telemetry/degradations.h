// What does not work as it should right now, for /readyz and for people.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"

namespace weir::telemetry {

struct Degradation {
  std::string part;    // "provider openai"
  std::string reason;  // a sentence; no secrets
  WallTime since;
};

// Any thread. Bounded by the parts there are: each has one entry at most.
class Degradations {
 public:
  // The first report of a part keeps its time until it is cleared; the reason is the latest. True if it is
  // new.
  bool report(const std::string& part, std::string reason, WallTime now);
  // True if it was reported before.
  bool clear(const std::string& part);
  std::vector<Degradation> list() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Degradation> by_part_;
};

}  // namespace weir::telemetry
