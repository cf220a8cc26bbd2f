// The latest results of attempts, for a breaker: how many there are, and how many of them were bad.
#pragma once

#include <cstdint>
#include <deque>

#include "base/clock.h"

namespace weir::resilience {

enum class Result : std::uint8_t { good, slow, failed };

// Results older than a minute don't count: an endpoint that gets few calls is not judged by its yesterday.
// One thread at a time.
class ResultWindow {
 public:
  static constexpr std::chrono::seconds kKept{60};

  // Keeps the latest `most`.
  explicit ResultWindow(std::size_t most) : most_(most) {}
  void resize(std::size_t most);

  void add(Result result, TimePoint now);
  // One that didn't fail, and was added, has failed after all.
  void turn_to_failed(TimePoint now);
  void forget();

  // As of the latest result.
  std::size_t size() const { return results_.size(); }
  std::size_t failed() const { return failed_; }
  std::size_t slow() const { return slow_; }

 private:
  // A byte each: the result in its two lower bits, the second it came in modulo 64 in the others. As none is
  // kept for longer than 60 s, that is enough to tell its age.
  using Packed = std::uint8_t;
  std::int64_t second_of(Packed packed) const;
  void drop_oldest();

  std::size_t most_;
  std::deque<Packed> results_;  // the oldest first
  std::int64_t newest_ = 0;     // the second of the latest
  std::size_t failed_ = 0;
  std::size_t slow_ = 0;
};

}  // namespace weir::resilience
