// How long to wait before an attempt where one has failed.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/random.h"
#include "config/settings.h"

namespace weir::resilience {

// Before the first retry `base`, before each further one `multiplier` times as long, at most `cap`; of that,
// by `jitter`: any part of it (full), it and up to `base` more (additive), or it (none). `retry` is 1 for the
// first. Why full is the default: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
Duration backoff(const config::RetrySettings& settings, std::uint32_t retry, Random& random);

}  // namespace weir::resilience
