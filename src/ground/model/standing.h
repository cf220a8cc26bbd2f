// What is known of a deployment, asked through one of its keys, when one of several is to be chosen.
#pragma once

#include "base/clock.h"

namespace weir {

struct Standing {
  enum class State : std::uint8_t {
    ready,    // it may be asked
    busy,     // as many calls are under way as it takes, or as its breaker lets through to try it
    resting,  // its provider asked to be left alone until `ready_at`: a rate limit
    broken,   // its breaker is open until `ready_at`, or by hand
  };
  State state = State::ready;
  TimePoint ready_at{};         // of resting and broken; max: not by itself
  std::uint32_t under_way = 0;  // calls
  Duration latency{};           // until an answer's head, by peak EWMA; zero: not known
  double quota = 1;             // of its provider's rate limit, the share that is left; 1 where not known
};

}  // namespace weir
