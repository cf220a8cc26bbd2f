// The one place where a coroutine sleeps: what it waits for, its deadline and its cancellation meet here.
//
// An awaiter holds a Waiter, suspends it, and somebody calls wake(). The coroutine is then resumed by the
// loop, in the order of the wake-ups and never from inside the call to wake(). Destroying a suspended waiter
// forgets it.
#pragma once

#include <coroutine>

#include "runtime/loop.h"
#include "runtime/task.h"
#include "runtime/timer_wheel.h"
#include "runtime/until.h"

namespace weir::runtime {

enum class Wake : std::uint8_t { pending, ready, timed_out, cancelled };

class Waiter
    : public ListHook {  // linked: waits in somebody's queue, or is in the loop's list of those to resume
 public:
  Waiter() = default;

  void suspend(std::coroutine_handle<> coroutine, Loop& loop, const Until& until);
  // Only the first wake-up counts.
  void wake(Wake why);
  bool suspended() const { return static_cast<bool>(coroutine_) && wake_ == Wake::pending; }
  Wake result() const { return wake_; }

 private:
  friend class Loop;
  struct DeadlineTimer final : Timer {
    explicit DeadlineTimer(Waiter& owner) : waiter(owner) {}
    void on_timer() override { waiter.wake(Wake::timed_out); }
    Waiter& waiter;
  };
  friend class Cancellation;
  struct CancelHook : ListHook {
    explicit CancelHook(Waiter& owner) : waiter(owner) {}
    Waiter& waiter;
  };

  void resume();

  Loop* loop_ = nullptr;
  std::coroutine_handle<> coroutine_;
  DeadlineTimer timer_{*this};
  CancelHook cancel_hook_{*this};
  Wake wake_ = Wake::pending;
};

// Coroutines that wait for their turn or for news, first come, first served. One thread.
//
//   if (auto wake = co_await queue.wait(loop, until); wake != Wake::ready) …
class WaitQueue {
 public:
  class Wait {
   public:
    Wait(WaitQueue& queue, Loop& loop, const Until& until) : queue_(queue), loop_(loop), until_(until) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> coroutine) {
      queue_.waiters_.push_back(waiter_);
      waiter_.suspend(coroutine, loop_, until_);
    }
    Wake await_resume() const noexcept { return waiter_.result(); }

   private:
    WaitQueue& queue_;
    Loop& loop_;
    Until until_;
    Waiter waiter_;
  };

  Wait wait(Loop& loop, const Until& until) { return {*this, loop, until}; }
  bool empty() const { return waiters_.empty(); }
  void wake_one() {
    if (!waiters_.empty()) waiters_.front().wake(Wake::ready);
  }
  void wake_all() {
    while (!waiters_.empty()) waiters_.front().wake(Wake::ready);
  }

 private:
  IntrusiveList<Waiter> waiters_;
};

// Waits for `duration` at least. False if it was cancelled first.
Task<bool> pause(Loop& loop, Duration duration, Cancellation* cancellation = nullptr);

}  // namespace weir::runtime
