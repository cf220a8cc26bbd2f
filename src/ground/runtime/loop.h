// One event loop, run by one thread: resumes coroutines, fires timers, and learns from the kernel what is
// readable.
//
// Edge-triggered epoll: a descriptor is registered once, for everything, and never touched again until it is
// closed. In a simulation the same loop is driven by hand under a ManualClock and never asks the kernel.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "base/intrusive_list.h"
#include "runtime/descriptor.h"
#include "runtime/timer_wheel.h"

namespace weir::runtime {

class Waiter;

// Something with a descriptor that the kernel reports on.
class Pollable {
 public:
  virtual ~Pollable() = default;
  // `events` are EPOLL* bits. Must not destroy this object (see Loop::retire).
  virtual void on_events(std::uint32_t events) = 0;
};

class Loop {
 public:
  explicit Loop(const Clock& clock);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop();

  // Runs until stop(); may be run again afterwards.
  void run();
  // Any thread.
  void stop();
  // Runs `work` on the loop's thread, soon. Any thread.
  void post(std::function<void()> work);

  const Clock& clock() const { return clock_; }
  // The time at which this turn of the loop began: cheap, and at most a turn old.
  TimePoint now() const { return now_; }
  TimerWheel& timers() { return timers_; }

  // Reports `pollable`'s events until it is retired or its descriptor is closed. Fails only when the kernel
  // has no memory or watches left (epoll_ctl(2)).
  bool watch(int descriptor, Pollable& pollable);
  // Destroys `pollable` once no event of this turn can name it any more.
  void retire(std::unique_ptr<Pollable> pollable);

  // `told` gets how long each turn took: what became ready meanwhile waited as long. On the loop's thread;
  // before run().
  void on_turn(std::function<void(Duration)> told) { on_turn_ = std::move(told); }

  // For simulations: one turn without the kernel, at the clock's time. Afterwards nothing can go on before
  // timers().next().
  void tick();

 private:
  friend class Waiter;
  class Doorbell;
  void make_ready(Waiter& waiter);
  void run_ready();
  void finish_turn();
  void poll();
  void run_posted();

  const Clock& clock_;
  TimePoint now_;
  TimerWheel timers_;
  IntrusiveList<ListHook> ready_;
  std::vector<std::unique_ptr<Pollable>> retired_;
  Descriptor epoll_;
  std::unique_ptr<Doorbell> doorbell_;
  std::atomic<bool> stopping_ = false;
  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;
  std::function<void(Duration)> on_turn_ = [](Duration) {};
};

}  // namespace weir::runtime

namespace weir {
using runtime::Loop;
}  // namespace weir
