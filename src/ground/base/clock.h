// Time is given, never taken: whoever needs it is handed a Clock.
#pragma once

#include <chrono>

namespace weir {

// A moment on a clock that only moves forward. Means nothing outside this process.
using TimePoint = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;
using Duration = std::chrono::nanoseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
  // The calendar's time, for dates and ids; it may jump, so nothing waits by it.
  virtual WallTime wall() const = 0;
};

// The machine's own clocks. Thread-safe.
class SystemClock final : public Clock {
 public:
  TimePoint now() const override { return std::chrono::steady_clock::now(); }
  WallTime wall() const override { return std::chrono::system_clock::now(); }
};

// Stands still until it is moved. For simulations, on one thread.
class ManualClock final : public Clock {
 public:
  TimePoint now() const override { return now_; }
  WallTime wall() const override { return WallTime{} + std::chrono::days(20'000) + elapsed(); }
  void advance(Duration by) { now_ += by; }
  void advance_to(TimePoint when) {
    if (when > now_) now_ = when;
  }
  std::chrono::microseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch());
  }

 private:
  TimePoint now_{};
};

}  // namespace weir
