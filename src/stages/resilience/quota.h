// What a provider says of its rate limit in the headers of its answers, and what is known of it now.
#pragma once

#include <atomic>
#include <optional>

#include "base/clock.h"
#include "http/headers.h"

namespace weir::resilience {

// Of the limit of which the smallest share is left: requests, tokens, tokens in, tokens out.
struct QuotaReading {
  double left = 1;   // its share, 0 to 1
  Duration reset{};  // until it is full again
};

// From OpenAI's x-ratelimit-{limit,remaining,reset}-{requests,tokens} and Anthropic's
// anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-{limit,remaining,reset}. A limit counts
// when all three of its headers can be read (Azure says -1 where it doesn't know). Nothing where none does.
// `now` is only used where a reset is a moment, so a clock that is wrong makes such a reading too short-lived
// or too long-lived, by a day at most.
std::optional<QuotaReading> read_quota(const http::Headers& headers, WallTime now);

// The latest reading, until its reset. Read by any thread, and nothing is locked; written by one at a time.
class Quota {
 public:
  void note(const QuotaReading& reading, TimePoint now);
  // 1 where nothing is known.
  double left(TimePoint now) const { return now < until_.load() ? left_.load() : 1; }
  std::optional<QuotaReading> reading(TimePoint now) const;

 private:
  // Not read together: for a moment one may be of the reading before.
  std::atomic<double> left_ = 1;
  std::atomic<TimePoint> until_ = TimePoint::min();
};

}  // namespace weir::resilience
