#include "resilience/endpoint.h"

#include <algorithm>

namespace weir::resilience {
namespace {

using Outcome = Observation::Outcome;

constexpr Duration kLongestRest = std::chrono::minutes(5);
// Of one that said 429, and not for how long.
constexpr Duration kUsualRest = std::chrono::seconds(1);
// Of one that said that nothing is left of its limit. Some are full again long after they take calls again.
constexpr Duration kLongestRestForQuota = std::chrono::minutes(1);

}  // namespace

Endpoint::Endpoint(const Name& name, const config::BreakerSettings& settings,
                   std::shared_ptr<WaitingRoom> room)
    : name_(name), room_(std::move(room)), breaker_(settings), slow_call_(settings.slow_call) {}

void Endpoint::apply(const config::BreakerSettings& settings) {
  {
    std::lock_guard lock(mutex_);
    slow_call_ = settings.slow_call;
    breaker_.apply(settings);
  }
  call_waiting();
}

void Endpoint::force(Forced forced) {
  {
    std::lock_guard lock(mutex_);
    breaker_.force(forced);
  }
  call_waiting();
}

Standing Endpoint::standing(TimePoint now) const {
  Standing standing = readiness(now);
  standing.under_way = limit_.under_way();
  standing.latency = latency_.value(now);
  standing.quota = quota_.left(now);
  return standing;
}

Standing Endpoint::readiness(TimePoint now) const {
  using State = Standing::State;
  Breaker::Status breaker = breaker_.status(now);
  if (breaker.state == Breaker::State::open) return {.state = State::broken, .ready_at = breaker.ready_at};
  TimePoint rests_until = rests_until_.load();
  if (now < rests_until) return {.state = State::resting, .ready_at = rests_until};
  bool no_probe_left = breaker.state == Breaker::State::half_open && breaker_.probes_left() == 0;
  return {.state = no_probe_left || limit_.full() ? State::busy : State::ready};
}

bool Endpoint::ready(TimePoint now) const { return readiness(now).state == Standing::State::ready; }

std::optional<Endpoint::Permit> Endpoint::enter(TimePoint now) {
  if (!ready(now) || !limit_.enter()) return std::nullopt;
  auto pass = pass_breaker(now);
  if (!pass) {  // others took the last probe just now
    limit_.leave();
    call_waiting();
    return std::nullopt;
  }
  // There may be room for more of those who wait: the limit has grown, the breaker has closed, a rest is
  // over.
  if (room_ && room_->waiting() > 0 && ready(now)) room_->one_left();
  return Permit(*this, *pass);
}

std::optional<Breaker::Pass> Endpoint::pass_breaker(TimePoint now) {
  if (auto pass = breaker_.enter_closed()) return pass;
  std::lock_guard lock(mutex_);
  return breaker_.enter(now);
}

void Endpoint::note(Permit& permit, const Observation& observation, TimePoint now) {
  permit.noted_ = true;
  std::lock_guard lock(mutex_);
  note_health(permit.pass_, observation, now);
  note_load(observation, now);
  if (observation.quota) {
    quota_.note(*observation.quota, now);
    if (observation.quota->left == 0) rest(std::min(observation.quota->reset, kLongestRestForQuota), now);
  }
  if (observation.rest) {
    rest(std::min(*observation.rest, kLongestRest), now);
  } else if (observation.outcome == Outcome::congested) {
    rest(kUsualRest, now);
  }
}

void Endpoint::note_end(const Permit& permit, EndpointOutcome outcome, TimePoint now) {
  if (outcome == Outcome::answered) return;
  std::lock_guard lock(mutex_);
  if (outcome != Outcome::congested) breaker_.note_failed_after_all(permit.pass_, now);
  if (outcome != Outcome::failed) limit_.note_congestion(now);
  if (outcome == Outcome::congested) rest(kUsualRest, now);
}

// One that is full isn't broken: a 429 says nothing either way.
void Endpoint::note_health(const Breaker::Pass& pass, const Observation& observation, TimePoint now) {
  switch (observation.outcome) {
    case Outcome::answered:
      return breaker_.note(pass, observation.head >= slow_call_ ? Result::slow : Result::good, now);
    case Outcome::overloaded:
    case Outcome::failed:
      return breaker_.note(pass, Result::failed, now);
    case Outcome::congested:
      return breaker_.withdraw(pass);
  }
}

// What fails, fails at its own speed: only answers tell how long answers take.
void Endpoint::note_load(const Observation& observation, TimePoint now) {
  switch (observation.outcome) {
    case Outcome::answered:
      if (observation.head <= Duration::zero()) return;
      latency_.observe(observation.head, now);
      return limit_.note_answer(observation.head, now);
    case Outcome::congested:
    case Outcome::overloaded:
      return limit_.note_congestion(now);
    case Outcome::failed:
      return;
  }
}

void Endpoint::rest(Duration wanted, TimePoint now) {
  rests_until_ = std::max(rests_until_.load(), now + wanted);
}

void Endpoint::leave(const Permit& permit) {
  if (permit.pass_.probe && !permit.noted_) {
    std::lock_guard lock(mutex_);
    breaker_.withdraw(permit.pass_);
  }
  limit_.leave();
  call_waiting();
}

void Endpoint::call_waiting() {
  if (room_) room_->one_left();
}

Endpoint::Report Endpoint::report(TimePoint now) const {
  std::lock_guard lock(mutex_);
  return {.breaker = breaker_.report(now),
          .standing = standing(now),
          .limit = limit_.limit(),
          .quota = quota_.reading(now)};
}

}  // namespace weir::resilience
