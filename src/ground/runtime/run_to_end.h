// Runs a loop until one task has ended: for tests and for programs that do one thing.
#pragma once

#include "runtime/task_group.h"

namespace weir::runtime {

template <class T>
T run_to_end(Loop& loop, Task<T> task) {
  std::optional<T> result;
  auto keep = [](Task<T> inner, std::optional<T>& into, Loop& running) -> Task<void> {
    into = co_await inner;
    running.stop();
  };
  TaskGroup group(loop);
  group.spawn(keep(std::move(task), result, loop));
  loop.run();
  return *std::move(result);
}

inline void run_to_end(Loop& loop, Task<void> task) {
  auto nothing = [](Task<void> inner) -> Task<bool> {
    co_await inner;
    co_return true;
  };
  run_to_end(loop, nothing(std::move(task)));
}

}  // namespace weir::runtime
