// Where calls wait until their provider takes more: those that came first are called first, on whichever loop
// they are.
//
//   std::optional<WaitingRoom::Place> place;
//   while (true) {
//     if (auto permit = endpoint.enter(loop.now())) co_return permit;
//     if (!place) place.emplace(room, loop);                              // and look once more
//     else if (!co_await place->wait(until)) co_return std::nullopt;
//   }
//
// That second look is why none sleeps while there is room: whoever leaves after it finds the place taken and
// calls it; whoever left before it, it has seen.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

#include "config/settings.h"
#include "runtime/loop.h"
#include "runtime/task.h"
#include "runtime/until.h"

namespace weir::resilience {

// Any thread.
class WaitingRoom {
 private:
  struct Seat;
  using Seats = std::list<std::shared_ptr<Seat>>;

 public:
  explicit WaitingRoom(const config::ProviderQueue& settings) { apply(settings); }
  WaitingRoom(const WaitingRoom&) = delete;
  WaitingRoom& operator=(const WaitingRoom&) = delete;

  // For those who come from now on.
  void apply(const config::ProviderQueue& settings);

  // An attempt has ended: calls the one who waits longest. Locks nothing when nobody waits.
  void one_left();

  std::uint32_t waiting() const { return waiting_.load(); }

  // One who waits, until it is destroyed; so destroy it once there is a permit. On its loop's thread; it must
  // not outlive the room. If it was called and goes without having looked, the next one is called instead.
  class Place {
   public:
    Place(WaitingRoom& room, Loop& loop);
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();

    // True: look again. False: the room is full, the time is over, or it was cancelled. Nobody is called for
    // an endpoint that rests or is broken, and is ready again by time alone: have `until` end then, look, and
    // wait on.
    Task<bool> wait(Until until);
    // After this moment it waits no longer, whatever `until` says.
    TimePoint gives_up_at() const { return gives_up_at_; }

   private:
    bool take_call();

    WaitingRoom& room_;
    Seats::iterator seat_;  // the end: there was none
    TimePoint gives_up_at_;
    std::uint32_t looking_ = 0;  // it was called and looks: how many may look after it
  };

 private:
  void call_first_after(Seats::iterator from, std::uint32_t looks);

  std::atomic<std::uint32_t> most_ = 0;
  std::atomic<std::chrono::milliseconds> longest_{};
  std::atomic<std::uint32_t> waiting_ = 0;
  std::mutex mutex_;
  Seats seats_;  // first come, first
};

}  // namespace weir::resilience
