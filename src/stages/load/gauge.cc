#include "load/gauge.h"

#include <algorithm>
#include <cmath>

namespace weir::load {
namespace {

double microseconds_of(Duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

// Of a loop whose turns came to this in `elapsed`.
double load_of(const BusyTime::Sums& turns, Duration elapsed) {
  if (turns.microseconds == 0) return 0;
  const auto busy = static_cast<double>(turns.microseconds);
  const double turn = static_cast<double>(turns.squares) / busy;
  // A turn that began earlier is longer than the time it ends in.
  const double share = std::min(busy / microseconds_of(elapsed), 1.0);
  return share * turn / (turn + microseconds_of(LoadGauge::kHalfLoad));
}

}  // namespace

BusyTime& LoadGauge::add_loop() { return loops_.emplace_back().busy; }

double LoadGauge::advance(TimePoint now) {
  const Duration elapsed = now - read_at_;
  if (elapsed <= Duration::zero()) return load();
  read_at_ = now;
  const double weight = 1 - std::exp(-microseconds_of(elapsed) / microseconds_of(kSmoothed));
  double greatest = admission_.used();
  for (auto& loop : loops_) {
    const auto sums = loop.busy.sums();
    const BusyTime::Sums since{.microseconds = sums.microseconds - loop.read.microseconds,
                               .squares = sums.squares - loop.read.squares};
    loop.read = sums;
    loop.smoothed += weight * (load_of(since, elapsed) - loop.smoothed);
    greatest = std::max(greatest, loop.smoothed);
  }
  load_.store(greatest, std::memory_order_relaxed);
  return greatest;
}

}  // namespace weir::load
