#include "runtime/waiter.h"

#include "runtime/task.h"

namespace weir::runtime {

void Cancellation::cancel(StopReason reason) {
  if (cancelled()) return;
  reason_ = reason;
  while (!waiters_.empty()) {
    static_cast<Waiter::CancelHook&>(waiters_.pop_front()).waiter.wake(Wake::cancelled);
  }
}

void Waiter::suspend(std::coroutine_handle<> coroutine, Loop& loop, const Until& until) {
  loop_ = &loop;
  coroutine_ = coroutine;
  wake_ = Wake::pending;
  if (until.cancellation != nullptr) {
    if (until.cancellation->cancelled()) return wake(Wake::cancelled);
    until.cancellation->waiters_.push_back(cancel_hook_);
  }
  if (until.deadline <= loop.now()) return wake(Wake::timed_out);
  loop.timers().set(timer_, until.deadline);
}

void Waiter::wake(Wake why) {
  if (!suspended()) return;
  wake_ = why;
  timer_.unlink();
  cancel_hook_.unlink();
  loop_->make_ready(*this);
}

void Waiter::resume() { std::exchange(coroutine_, {}).resume(); }

Task<bool> pause(Loop& loop, Duration duration, Cancellation* cancellation) {
  WaitQueue nobody;
  Wake why = co_await nobody.wait(loop, {loop.now() + duration, cancellation});
  co_return why == Wake::timed_out;
}

}  // namespace weir::runtime
