#include "journey/contest.h"

namespace weir::journey {

struct Contest::Race {
  explicit Race(Loop& loop) : tasks(loop) {}

  Cancellation first_stop;
  Cancellation second_stop;
  bool first_open = false;  // it is known what it comes to
  bool second_open = false;
  runtime::WaitQueue changed;
  TaskGroup tasks;
};

Contest::Contest(Loop& loop, Random& random, const Order& order, Pursuit& pursuit, OnLost on_lost)
    : loop_(loop), random_(random), order_(order), pursuit_(pursuit), on_lost_(std::move(on_lost)) {}
Contest::~Contest() = default;

Task<void> Contest::open(Addressee addressee, Cancellation& stop) {
  latest_ = nullptr;
  second_.reset();
  race_.reset();
  auto hedge_after = pursuit_.hedge_after();
  if (hedge_after) race_ = std::make_unique<Race>(loop_);
  first_.emplace(loop_, random_, order_, std::move(addressee), pursuit_.attempts(), pursuit_.deadline(),
                 race_ ? race_->first_stop : stop);
  latest_ = &*first_;
  return hedge_after ? race(loop_.now() + *hedge_after, stop) : first_->open();
}

// What ends the call ends both.
Task<void> Contest::follow(Cancellation& stop) {
  auto& race = *race_;
  runtime::WaitQueue nobody;
  co_await nobody.wait(loop_, {TimePoint::max(), &stop});
  race.first_stop.cancel(stop.reason());
  race.second_stop.cancel(stop.reason());
}

Task<void> Contest::run(Attempt& attempt, bool& open) {
  co_await attempt.open();
  open = true;
  race_->changed.wake_all();
}

Task<void> Contest::race(TimePoint due, Cancellation& stop) {
  auto& race = *race_;
  race.tasks.spawn(follow(stop));
  race.tasks.spawn(run(*first_, race.first_open));
  while (!race.first_open) {
    if (co_await race.changed.wait(loop_, {due}) == runtime::Wake::timed_out) break;
  }
  auto other = race.first_open ? std::nullopt : pursuit_.hedge();
  if (other) {
    second_ = std::make_unique<Attempt>(loop_, random_, order_, *std::move(other), pursuit_.attempts(),
                                        pursuit_.deadline(), race.second_stop);
    race.tasks.spawn(run(*second_, race.second_open));
  }
  auto first_wins = [&] { return race.first_open && (first_->good() || !second_); };
  auto second_wins = [&] { return race.second_open && second_->good(); };
  while (!first_wins() && !second_wins() && !(race.first_open && race.second_open))
    co_await race.changed.wait(loop_, {TimePoint::max()});
  if (!second_) co_return;

  // Where neither has an answer, the first one's outcome stands.
  bool second = second_wins() && !first_wins();
  (second ? race.first_stop : race.second_stop).cancel(StopReason::not_needed);
  while (!race.first_open || !race.second_open) co_await race.changed.wait(loop_, {TimePoint::max()});
  latest_ = second ? second_.get() : &*first_;
  on_lost_(second ? *first_ : *second_, second ? Lost::first : Lost::second);
}

}  // namespace weir::journey
