#include "runtime/task_group.h"

namespace weir::runtime {

// The outermost coroutine of a spawned task: destroys itself at its end.
struct TaskGroup::Root {
  struct promise_type : ListHook, PooledFrame {
    promise_type(TaskGroup& owner, const Task<void>&) : group(owner) {
      group.roots_.push_back(*this);
      ++group.size_;
    }
    ~promise_type() {
      if (--group.size_ == 0) group.emptied_.wake_all();
    }
    Root get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
    TaskGroup& group;
  };
};

TaskGroup::Root TaskGroup::run(TaskGroup&, Task<void> task) { co_await task; }

void TaskGroup::spawn(Task<void> task) { run(*this, std::move(task)); }

TaskGroup::~TaskGroup() {
  while (!roots_.empty()) {
    auto& promise = static_cast<Root::promise_type&>(roots_.front());
    std::coroutine_handle<Root::promise_type>::from_promise(promise).destroy();
  }
}

Task<bool> TaskGroup::wait_until_empty(Until until) {
  while (size_ > 0) {
    if (co_await emptied_.wait(loop_, until) != Wake::ready) co_return size_ == 0;
  }
  co_return true;
}

}  // namespace weir::runtime
