// How loaded weir is, from 0 to 1: as much as its places are taken, or as much as its busiest event loop
// keeps work waiting.
//
// A loop that is always busy is no trouble by itself: it serves all that has come in turns, and the next turn
// begins at once. What hurts is what waits for the turn to end, so a loop's load is
//
//   the share of time it spent in turns  x  turn / (turn + 10 ms)
//
// where `turn` is the length of the turn that something arriving now would meet: the mean of all, each
// weighted by its length, so that a long one is not hidden by many short ones. For a loop that never rests:
//
//   turns of    1 ms    10 ms    40 ms    90 ms    490 ms
//   load        0.09    0.50     0.80     0.90     0.98
//
// 10 ms is the time within which weir is to refuse what it has no place for. A loop that passes on as much as
// it can, for callers that wait for their answers, must come to no level that gives fewer answers. Measured
// on two cores that callers and provider shared: turns of 3 ms at 64 connections, 21 ms at 500, 37 ms at
// 2,000: loads of 0.06, 0.6 and 0.8. At 90 ms `/readyz` would soon break its promise of 100 ms.
//
// A second of long turns is a burst: each loop's load is smoothed over 5 s (an exponential mean), so that one
// that stays like that comes from 0 to nine tenths of its load in 12 s. Taken places are not
// smoothed: they are gone now.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>

#include "base/clock.h"
#include "load/admission.h"
#include "telemetry/counter.h"

namespace weir::load {

// How long one loop's turns took. Told by the loop's thread, read by any. A turn counts when it is over.
class BusyTime {
 public:
  // Of all turns since the start; the two may be a turn apart.
  struct Sums {
    std::uint64_t microseconds = 0;
    std::uint64_t squares = 0;  // of the microseconds; may go round, differences stay right
  };

  void note(Duration turn) {
    const auto took = static_cast<std::uint64_t>(std::chrono::round<std::chrono::microseconds>(turn).count());
    microseconds_.add(took);
    squares_.add(took * took);
  }
  Sums sums() const { return {microseconds_.value(), squares_.value()}; }

 private:
  telemetry::Counter microseconds_;
  telemetry::Counter squares_;
};

class LoadGauge {
 public:
  static constexpr Duration kHalfLoad = std::chrono::milliseconds(10);  // turns of a loop whose load is 0.5
  static constexpr Duration kSmoothed = std::chrono::seconds(5);

  // `admission` must outlive it. What happened before `now` doesn't count.
  LoadGauge(const Admission& admission, TimePoint now) : admission_(admission), read_at_(now) {}
  LoadGauge(const LoadGauge&) = delete;
  LoadGauge& operator=(const LoadGauge&) = delete;

  // For one loop, as long as the gauge lives. Before the first advance().
  //
  //   loop.on_turn([&busy](Duration turn) { busy.note(turn); });
  BusyTime& add_loop();

  // Once a second, by one thread; gives the load.
  double advance(TimePoint now);
  // As it was then. Any thread.
  double load() const { return load_.load(std::memory_order_relaxed); }

 private:
  struct LoopLoad {
    BusyTime busy;
    BusyTime::Sums read;  // when it was last looked at
    double smoothed = 0;
  };

  const Admission& admission_;
  TimePoint read_at_;
  std::deque<LoopLoad> loops_;  // they never move
  std::atomic<double> load_ = 0;
};

}  // namespace weir::load
