#include "resilience/backoff.h"

#include <algorithm>
#include <cmath>

namespace weir::resilience {

Duration backoff(const config::RetrySettings& settings, std::uint32_t retry, Random& random) {
  using Seconds = std::chrono::duration<double>;
  Seconds base = settings.base;
  // A power beyond all numbers is infinite, and so at the cap.
  Seconds wait =
      std::min(base * std::pow(settings.multiplier, static_cast<double>(retry) - 1), Seconds(settings.cap));
  switch (settings.jitter) {
    case config::Jitter::full:
      wait *= random.unit();
      break;
    case config::Jitter::additive:
      wait += base * random.unit();
      break;
    case config::Jitter::none:
      break;
  }
  return std::chrono::duration_cast<Duration>(wait);
}

}  // namespace weir::resilience
