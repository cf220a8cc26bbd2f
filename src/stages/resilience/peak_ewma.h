// How long an endpoint takes to answer, with bad news first: a slower answer than before counts at once,
// faster ones little by little. Finagle's "peak EWMA" load metric
// (twitter.github.io/finagle/guide/Clients.html, "Power of Two Choices (P2C) + Peak EWMA").
//
// It decays while nothing is observed, too: an endpoint that was slow is tried again, instead of being known
// as slow for ever because nobody asks it.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>

#include "base/clock.h"

namespace weir::resilience {

// Any thread; nothing is locked.
class PeakEwma {
 public:
  static constexpr std::chrono::seconds kDecay{10};  // to 1/e of what it was

  void observe(Duration took, TimePoint now) {
    float seconds = std::chrono::duration<float>(took).count();
    State before = state_.load(std::memory_order_relaxed);
    State after;
    do {
      float kept = share_left(before, now);
      after.seconds = std::max(seconds, before.seconds * kept + seconds * (1 - kept));
      after.at_ms = kept == 1 ? before.at_ms : milliseconds_of(now);
    } while (!state_.compare_exchange_weak(before, after, std::memory_order_relaxed));
  }

  // Zero when nothing was observed, or nothing for a long while.
  Duration value(TimePoint now) const {
    State state = state_.load(std::memory_order_relaxed);
    return std::chrono::duration_cast<Duration>(
        std::chrono::duration<float>(state.seconds * share_left(state, now)));
  }

 private:
  // Both in one word, so that they are always read together. The milliseconds start again at zero every 50
  // days: once in that time an old peak may be seen for a few seconds more.
  struct State {
    float seconds = 0;
    std::uint32_t at_ms = 0;
  };
  static_assert(std::atomic<State>::is_always_lock_free);

  static std::uint32_t milliseconds_of(TimePoint when) {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count());
  }
  // Of what was known. Loops' clocks differ by a little: a time before the last is the same time.
  static float share_left(const State& state, TimePoint now) {
    auto passed = static_cast<std::int32_t>(milliseconds_of(now) - state.at_ms);
    if (passed == 0 || (passed < 0 && passed > -1000)) return 1;
    constexpr float kDecayMs = std::chrono::milliseconds(kDecay).count();
    return std::exp(-static_cast<float>(static_cast<std::uint32_t>(passed)) / kDecayMs);
  }

  std::atomic<State> state_ = State{};
};

}  // namespace weir::resilience
