// How many attempts may be under way at an endpoint at once: as many as like, until it shows that it has too
// many; then additive increase and multiplicative decrease, as TCP does (RFC 5681 section 3.1; Netflix'
// concurrency-limits has it as AIMDLimit).
//
//   sign       it said so (429, 503, 529), or its answers take far longer than they did
//   decrease   to 9/10 of what is under way; once in a round trip, for all that was under way with the
//              attempt that gave the sign will give it too
//   increase   by one for as many answers as the limit, while at least half of it is used
//   none       once the limit is more than twice what was under way at any time of the last minute or two: it
//              holds nobody back, so it tells nothing any more (RFC 7661 says the same of an unused window)
//
// The second sign compares times to an answer's head, as Netflix' Gradient2Limit does: a short-term mean
// against a long-term one. But a model's whole answers take ten times as long to their head as its streams
// do, so when the mix of calls changes, means move with nothing wrong. Hence it takes a doubled mean where
// Gradient2 takes 1.5, at least four attempts under way, and the latest 20 answers all slower than the
// long-term mean: a mix always has some that are faster. And it takes a quarter of a second more: when weir
// has all it can do, its own turns make each head some tens of milliseconds later, which is no sign of the
// provider's.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace weir::resilience {

class ConcurrencyLimit {
 public:
  // ---- Any thread; these lock nothing.
  // One attempt more, if the limit allows it.
  [[nodiscard]] bool enter();
  void leave() { --under_way_; }
  std::uint32_t under_way() const { return under_way_.load(); }
  // 0: none.
  std::uint32_t limit() const { return limit_.load(); }
  bool full() const;

  // ---- One thread at a time: whoever owns it locks. Of an attempt that has entered, and not left yet.
  // Its head took so long.
  void note_answer(Duration head, TimePoint now);
  // The endpoint said that it has too many.
  void note_congestion(TimePoint now);

 private:
  // Of about the latest `kSamples`; before there are as many, of all.
  template <std::uint32_t kSamples>
  struct Mean {
    void add(double value) {
      if (samples < kSamples) ++samples;
      of += (value - of) / samples;
    }
    double of = 0;
    std::uint32_t samples = 0;
  };

  bool far_slower(Duration head);
  void decrease(TimePoint now);
  void increase();
  void note_under_way(TimePoint now);
  void set(double limit);

  std::atomic<std::uint32_t> under_way_ = 0;
  std::atomic<std::uint32_t> limit_ = 0;

  double exact_ = 0;  // the limit with its fraction
  TimePoint next_decrease_{};
  Mean<20> recent_;  // seconds
  Mean<600> usual_;  // seconds
  std::uint32_t slower_in_a_row_ = 0;
  // The most that were under way in this minute, and in the one before.
  std::uint32_t most_ = 0;
  std::uint32_t most_before_ = 0;
  TimePoint minute_ends_{};
};

}  // namespace weir::resilience
