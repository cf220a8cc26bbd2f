// A circuit breaker: an endpoint that fails, or answers slowly, is left alone for a while, then tried with a
// few attempts before it gets calls again (M. Nygard, "Release It!", chapter "Circuit Breaker").
//
//   closed     every attempt may begin. Opens when, of the latest results, too many are failures or too many
//              are slow; of 10 at least (of `window`, where that is less), none older than a minute.
//   open       none may, for `open` times the openings in a row, `open_cap` at most.
//   half open  `probes` may. When all have succeeded it closes; the first that fails or is slow opens it
//              again, one more in a row. The place of one that shows nothing is free again.
//
// What an attempt has shown that began before the breaker last opened is ignored: it tells of the past.
#pragma once

#include <atomic>
#include <optional>

#include "config/settings.h"
#include "resilience/result_window.h"

namespace weir::resilience {

// By hand. Results are recorded meanwhile; let go, it is closed and judges by them.
enum class Forced : std::uint8_t { no, open, closed };

class Breaker {
 public:
  enum class State : std::uint8_t { closed, open, half_open };

  // Lets one attempt through. Given back with what it has shown.
  struct Pass {
    std::uint32_t openings;  // that there had been when it began
    bool probe;
  };

  explicit Breaker(const config::BreakerSettings& settings);

  // ---- Any thread; these lock nothing.
  struct Status {
    State state;
    TimePoint ready_at{};  // of an open one; max when it was opened by hand
  };
  Status status(TimePoint now) const;
  // How many attempts may begin now while it is half open.
  std::uint32_t probes_left() const;
  // A pass if it is closed.
  std::optional<Pass> enter_closed() const;

  // ---- One thread at a time: whoever owns it locks.
  std::optional<Pass> enter(TimePoint now);
  void note(const Pass& pass, Result result, TimePoint now);
  // What was noted, and was no failure, has failed after all.
  void note_failed_after_all(const Pass& pass, TimePoint now);
  // Nothing was shown.
  void withdraw(const Pass& pass);

  void force(Forced forced);
  // What is known stays.
  void apply(const config::BreakerSettings& settings);

  // For people and metrics.
  struct Report {
    State state = State::closed;
    Forced forced = Forced::no;
    std::uint32_t in_a_row = 0;  // openings without having been closed in between
    std::uint32_t openings = 0;  // in all
    // Of the latest results; while it is open, of those that opened it.
    std::size_t results = 0;
    std::size_t failed = 0;
    std::size_t slow = 0;
  };
  Report report(TimePoint now) const;

 private:
  bool tripped() const { return open_until_.load() != kClosed; }
  bool always_closed() const;
  void judge(TimePoint now);
  bool too_many_bad() const;
  void note_probe(Result result, TimePoint now);
  void open(TimePoint now);
  void close();

  static constexpr TimePoint kClosed = TimePoint::min();

  config::BreakerSettings settings_;
  ResultWindow results_;
  std::uint32_t in_a_row_ = 0;
  std::uint32_t probes_succeeded_ = 0;

  // What is read without a lock. Nothing has to be done when the time is over: from `open_until_` on it is
  // half open.
  std::atomic<TimePoint> open_until_ = kClosed;
  std::atomic<std::uint32_t> openings_ = 0;
  std::atomic<std::uint32_t> probes_ = 0;        // as in the settings
  std::atomic<std::uint32_t> probes_taken_ = 0;  // under way, or succeeded
  std::atomic<bool> enabled_ = true;
  std::atomic<Forced> forced_ = Forced::no;
};

}  // namespace weir::resilience
