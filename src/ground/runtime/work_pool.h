// A few threads for work that may block: looking up names, reading files. Nothing that blocks runs on a loop.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace weir::runtime {

// Threads are named work-0, work-1, … Any thread may submit. The destructor waits for what runs and drops the
// rest.
class WorkPool {
 public:
  static constexpr std::size_t kMostQueued = 1024;

  explicit WorkPool(std::size_t threads);
  ~WorkPool();

  // False when the queue is full; then `work` will not run.
  [[nodiscard]] bool submit(std::function<void()> work);

 private:
  void run(std::size_t index);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// Shown by ps, top and gdb; 15 characters at most.
void name_this_thread(const std::string& name);

}  // namespace weir::runtime
