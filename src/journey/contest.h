// The attempts of a call that are under way: one, or, where that is late and its model hedges, two, of which
// the first that has an answer counts.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "journey/attempt.h"
#include "journey/pursuit.h"
#include "runtime/task_group.h"

namespace weir::journey {

// One call's. Everything given must outlive it.
class Contest {
 public:
  // Called with the attempt that lost, once it is broken off, and which it was.
  enum class Lost : std::uint8_t { first, second };
  using OnLost = std::function<void(const Attempt&, Lost)>;

  Contest(Loop& loop, Random& random, const Order& order, Pursuit& pursuit, OnLost on_lost);
  Contest(const Contest&) = delete;
  Contest& operator=(const Contest&) = delete;
  ~Contest();

  // Asks, until it is known whether there is an answer to pass on.
  Task<void> open(Addressee addressee, Cancellation& stop);
  // The attempt that counts; none before the first. It lives until the next is opened.
  Attempt* latest() { return latest_; }

 private:
  struct Race;
  Task<void> race(TimePoint due, Cancellation& stop);
  Task<void> run(Attempt& attempt, bool& open);
  Task<void> follow(Cancellation& stop);

  Loop& loop_;
  Random& random_;
  const Order& order_;
  Pursuit& pursuit_;
  OnLost on_lost_;
  std::unique_ptr<Race> race_;  // where there is a second one, or may be
  std::optional<Attempt> first_;
  std::unique_ptr<Attempt> second_;
  Attempt* latest_ = nullptr;
};

}  // namespace weir::journey
