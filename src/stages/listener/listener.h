// Takes connections on one loop and has them served.
#pragma once

#include "listener/sessions.h"
#include "runtime/acceptor.h"
#include "runtime/task_group.h"

namespace weir::listener {

// One loop's. `sessions` must outlive it.
class Listener {
 public:
  Listener(Loop& loop, runtime::Acceptor acceptor, Sessions& sessions)
      : loop_(loop), acceptor_(std::move(acceptor)), sessions_(sessions), tasks_(loop) {}

  void start() { tasks_.spawn(accept()); }

  // When no call runs any more (Sessions::finish_calls, on every loop: the kernel gives a loop connections as
  // long as it listens): ends the sessions that are left, and listening last. Whoever has connected by then
  // is told.
  Task<void> end();

 private:
  Task<void> accept();

  Loop& loop_;
  std::optional<runtime::Acceptor> acceptor_;
  Sessions& sessions_;
  Cancellation stop_accepting_;
  TaskGroup tasks_;  // last: its tasks use all of the above
};

}  // namespace weir::listener
