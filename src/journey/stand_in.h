// What a caller gets when nobody answers: an answer from the cache that has expired, or the text that the
// configuration has for this.
#pragma once

#include <optional>

#include "cache/cache.h"
#include "journey/order.h"
#include "recording/kept_answer.h"

namespace weir::journey {

struct StandIn {
  Ref<const recording::KeptAnswer> answer;  // in the mode that is wanted
  Fallback how;                             // stale or canned
  http::HeaderLines lines;                  // what is said of it, besides its own
};

std::optional<StandIn> find_stand_in(const Order& order, cache::Cache& cache, recording::MemoryBudget& memory,
                                     const Clock& clock);

// Records it as the call's answer. False when memory is short.
[[nodiscard]] bool record(const StandIn& stand_in, recording::Recording& recording);

}  // namespace weir::journey
