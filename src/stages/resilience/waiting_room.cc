#include "resilience/waiting_room.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "runtime/waiter.h"

namespace weir::resilience {
namespace {

// A room is for all endpoints of a provider. What has become free may be of no use to the one who is called;
// then it is passed on to the next, and so on, but not through a whole room each time.
constexpr std::uint32_t kMostLooks = 8;

}  // namespace

// Shared with a message to its loop, which may come when nobody sits there any more.
struct WaitingRoom::Seat {
  explicit Seat(Loop& its_loop) : loop(its_loop) {}

  Loop& loop;
  const std::thread::id thread = std::this_thread::get_id();
  runtime::WaitQueue queue;  // its thread's
  std::uint32_t called = 0;  // under the room's mutex: how many may look, it included; 0: not called
};

void WaitingRoom::apply(const config::ProviderQueue& settings) {
  most_ = settings.calls;
  longest_ = settings.wait;
}

void WaitingRoom::one_left() {
  if (waiting_.load() == 0) return;
  std::lock_guard lock(mutex_);
  call_first_after(seats_.begin(), kMostLooks);
}

// Another loop is told while the mutex is held: until then its one can't leave, nor the loop end.
void WaitingRoom::call_first_after(Seats::iterator from, std::uint32_t looks) {
  if (looks == 0) return;
  auto found = std::find_if(from, seats_.end(), [](const auto& seat) { return seat->called == 0; });
  if (found == seats_.end()) return;
  const auto& seat = *found;
  seat->called = looks;
  if (seat->thread == std::this_thread::get_id()) return seat->queue.wake_one();
  seat->loop.post([seat] { seat->queue.wake_one(); });
}

WaitingRoom::Place::Place(WaitingRoom& room, Loop& loop)
    : room_(room), gives_up_at_(loop.now() + room.longest_.load()) {
  std::lock_guard lock(room_.mutex_);
  seat_ = room_.seats_.end();
  if (room_.waiting_.load() >= room_.most_.load()) return;
  seat_ = room_.seats_.insert(room_.seats_.end(), std::make_shared<Seat>(loop));
  ++room_.waiting_;
}

WaitingRoom::Place::~Place() {
  std::lock_guard lock(room_.mutex_);
  if (seat_ == room_.seats_.end()) return;
  std::uint32_t called = (*seat_)->called;
  auto next = room_.seats_.erase(seat_);
  --room_.waiting_;
  room_.call_first_after(next, called);
}

bool WaitingRoom::Place::take_call() {
  std::lock_guard lock(room_.mutex_);
  // It has looked in vain.
  room_.call_first_after(std::next(seat_), std::exchange(looking_, 0));
  std::uint32_t called = std::exchange((*seat_)->called, 0);
  if (called == 0) return false;
  looking_ = called - 1;
  return true;
}

Task<bool> WaitingRoom::Place::wait(Until until) {
  if (seat_ == room_.seats_.end()) co_return false;
  // A message may come late, when the call was taken already: it wakes for nothing.
  while (!take_call()) {
    auto seat = *seat_;
    auto wake = co_await seat->queue.wait(seat->loop, until.at_most(gives_up_at_));
    if (wake != runtime::Wake::ready) co_return false;
  }
  co_return true;
}

}  // namespace weir::resilience
