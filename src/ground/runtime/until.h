// How long to wait: every wait in weir is handed an Until, so that none is without an end.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/intrusive_list.h"

namespace weir::runtime {

class Waiter;

// Why a piece of work is stopped from outside.
enum class StopReason : std::uint8_t {
  none,
  client_gone,  // whoever asked has closed the connection
  draining,     // the process ends and the time to finish is over
  not_needed,   // its result is of no use any more
};

// Stops whatever waits under it, once. Shared by reference: it must outlive its waits. One thread.
class Cancellation {
 public:
  Cancellation() = default;
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  // Each wait under this ends with IoError::cancelled, now and from now on. The first reason stays.
  void cancel(StopReason reason);
  bool cancelled() const { return reason_ != StopReason::none; }
  StopReason reason() const { return reason_; }

 private:
  friend class Waiter;
  IntrusiveList<ListHook> waiters_;
  StopReason reason_ = StopReason::none;
};

// The earlier of a moment and a cancellation.
struct Until {
  TimePoint deadline;
  Cancellation* cancellation = nullptr;

  // The same cancellation, but no later than `when`.
  Until at_most(TimePoint when) const { return {when < deadline ? when : deadline, cancellation}; }
};

}  // namespace weir::runtime

namespace weir {
using runtime::Cancellation;
using runtime::StopReason;
using runtime::Until;
}  // namespace weir
