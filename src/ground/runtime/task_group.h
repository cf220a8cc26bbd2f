// Owns tasks that run on their own. Every task that nobody awaits belongs to one of these.
#pragma once

#include <cstddef>

#include "runtime/task.h"
#include "runtime/waiter.h"

namespace weir::runtime {

// One thread. Destroying the group destroys what still runs in it, so whatever its tasks touch must be
// declared before it; a tidy end is `co_await group.wait_until_empty(…)` first.
class TaskGroup {
 public:
  explicit TaskGroup(Loop& loop) : loop_(loop) {}
  ~TaskGroup();

  // Starts at once and runs until it first waits. An exception that leaves the task ends the program: it is a
  // bug that no caller can be told about.
  void spawn(Task<void> task);

  std::size_t size() const { return size_; }
  Task<bool> wait_until_empty(Until until);

 private:
  struct Root;
  static Root run(TaskGroup& group, Task<void> task);

  Loop& loop_;
  std::size_t size_ = 0;
  IntrusiveList<ListHook> roots_;
  WaitQueue emptied_;
};

}  // namespace weir::runtime

namespace weir {
using runtime::TaskGroup;
}  // namespace weir
