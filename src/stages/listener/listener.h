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

  // After the lifecycle has entered `draining`: lets running calls finish, for `patience` at most, while new
  // ones are still taken (and refused by the handler); then ends what is left, and listening last.
  Task<void> drain(Duration patience);

 private:
  Task<void> accept();

  Loop& loop_;
  runtime::Acceptor acceptor_;
  Sessions& sessions_;
  Cancellation stop_accepting_;
  TaskGroup tasks_;  // last: its tasks use all of the above
};

}  // namespace weir::listener
