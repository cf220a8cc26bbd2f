// Which attempts a call gets, one after the other, and when: at the model that was asked for, and then at
// those to fall back on (docs/resilience.md).
//
//   Pursuit pursuit(loop, random, order);
//   while (auto addressee = co_await pursuit.next(stop)) {
//     … an attempt, which is the answer unless
//     pursuit.goes_on_after(attempt)
//   }
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "base/random.h"
#include "journey/attempt.h"

namespace weir::journey {

// One call's. Everything given must outlive it.
class Pursuit {
 public:
  Pursuit(Loop& loop, Random& random, const Order& order);

  // Who is asked first, if one is ready; nothing: ask next(), which may wait.
  std::optional<Addressee> first();
  // Who is asked next, perhaps after a wait. Nothing: nobody; the latest attempt's outcome stands, or
  // unavailable() where there was none.
  Task<std::optional<Addressee>> next(Cancellation& stop);
  // Whether anything could be tried after this attempt, which then is noted.
  bool goes_on_after(const Attempt& attempt);

  // When the attempt that has just been given out is late enough for another one beside it; nothing: never.
  std::optional<Duration> hedge_after() const;
  // Who is asked in that one; nothing: nobody.
  std::optional<Addressee> hedge();

  Failure unavailable() const;
  // Of the call, so far.
  std::uint16_t attempts() const { return attempts_; }
  // Until when an answer must have begun.
  TimePoint deadline() const { return deadline_; }
  // Why another model is asked now than the one that was asked for, and which.
  Fallback fallback() const { return fallback_; }
  // The model that was asked before it, once for each turn to another; empty: it is no other.
  std::string_view turned_from() { return std::exchange(turned_from_, {}); }
  std::string_view model_label() const { return route_->label(); }
  std::string_view fallback_model() const { return fallback_model_; }

 private:
  using Queueing = std::optional<resilience::WaitingRoom::Place>;

  // The first attempt at a model; false: it was made.
  bool begins();
  // One more, which may wait for the retry budget.
  Task<bool> may_ask_again(Cancellation& stop);
  // To the next of the models to fall back on; false: there is none.
  bool fall_back();
  bool may_fall_back() const;
  const std::vector<std::string>& models_for(Fallback reason) const;
  bool was_asked(std::string_view model) const;
  // The target to ask at this model, where `tried` have failed or are late.
  std::optional<routing::Choice> choose(std::span<const std::uint16_t> tried);
  Task<std::optional<Addressee>> find(Cancellation& stop);
  std::optional<Addressee> enter(std::uint16_t place);
  // Until one may be ready that wasn't; one that rests is waited for until `rested` at most. Whether it is
  // worth looking again.
  Task<bool> wait_for(const Standing& why, TimePoint rested, Queueing& queue, Cancellation& stop);
  Standing standing_of(std::uint32_t endpoint) const;
  const config::ModelSettings& settings() const { return route_->settings(); }

  Loop& loop_;
  Random& random_;
  const Order& order_;
  const TimePoint deadline_;
  std::uint16_t attempts_ = 0;
  TimePoint first_begun_{};

  // ---- at the model that is asked now
  const routing::Route* route_;
  std::unique_ptr<const routing::Route> other_;  // where that isn't the order's own
  Fallback fallback_;
  std::string_view fallback_model_;
  std::string_view turned_from_;
  std::vector<std::uint16_t> tried_;  // targets, the latest last
  std::uint16_t latest_ = 0;
  bool asked_ = false;
  std::optional<resilience::Traffic::Retry> retry_;  // until it is known what comes of it
  Remedy remedy_ = Remedy::none;
  // ---- what comes after it
  Fallback reason_ = Fallback::outage;
  std::vector<std::string_view> models_asked_;
  Standing why_{.state = Standing::State::broken};  // nobody could be asked
};

}  // namespace weir::journey
