#include "runtime/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "runtime/waiter.h"

namespace weir::runtime {

// Wakes the loop's thread from another one.
class Loop::Doorbell final : public Pollable {
 public:
  Doorbell() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  void ring() const { eventfd_write(descriptor_.number(), 1); }
  void on_events(std::uint32_t) override {
    eventfd_t count = 0;
    eventfd_read(descriptor_.number(), &count);
  }
  int number() const { return descriptor_.number(); }

 private:
  Descriptor descriptor_;
};

Loop::Loop(const Clock& clock)
    : clock_(clock),
      now_(clock.now()),
      timers_(now_),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      doorbell_(std::make_unique<Doorbell>()) {
  watch(doorbell_->number(), *doorbell_);
}

Loop::~Loop() = default;

void Loop::run() {
  now_ = clock_.now();
  while (!stopping_.load(std::memory_order_acquire)) {
    run_ready();
    poll();
  }
  stopping_.store(false, std::memory_order_release);
}

void Loop::stop() {
  stopping_.store(true, std::memory_order_release);
  doorbell_->ring();
}

void Loop::post(std::function<void()> work) {
  {
    std::lock_guard lock(posted_mutex_);
    posted_.push_back(std::move(work));
  }
  doorbell_->ring();
}

void Loop::run_posted() {
  std::vector<std::function<void()>> work;
  {
    std::lock_guard lock(posted_mutex_);
    work.swap(posted_);
  }
  for (auto& piece : work) piece();
}

bool Loop::watch(int descriptor, Pollable& pollable) {
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = &pollable}};
  return epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Loop::retire(std::unique_ptr<Pollable> pollable) { retired_.push_back(std::move(pollable)); }

void Loop::make_ready(Waiter& waiter) { ready_.push_back(waiter); }

void Loop::run_ready() {
  while (!ready_.empty()) static_cast<Waiter&>(ready_.pop_front()).resume();
}

void Loop::finish_turn() {
  run_ready();
  // What is destroyed may let others go on: the other end of a simulated connection.
  while (!retired_.empty()) {
    std::exchange(retired_, {}).clear();
    run_ready();
  }
}

void Loop::tick() {
  now_ = clock_.now();
  run_posted();
  timers_.advance(now_);
  finish_turn();
}

void Loop::poll() {
  TimePoint turn_ended = clock_.now();
  on_turn_(turn_ended - now_);
  // Rounded up, or the loop would spin through the last part of a millisecond.
  int timeout = -1;
  if (auto next = timers_.next(); next != TimePoint::max()) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(next - turn_ended).count();
    timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  }
  std::array<epoll_event, 256> events;
  int count = epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()), timeout);
  now_ = clock_.now();
  bool rung = false;
  for (int i = 0; i < count; ++i) {
    auto* pollable = static_cast<Pollable*>(events[static_cast<std::size_t>(i)].data.ptr);
    rung |= pollable == doorbell_.get();
    pollable->on_events(events[static_cast<std::size_t>(i)].events);
  }
  if (rung) run_posted();
  timers_.advance(now_);
  finish_turn();
}

}  // namespace weir::runtime
