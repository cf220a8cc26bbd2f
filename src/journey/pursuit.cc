#include "journey/pursuit.h"

#include <algorithm>

#include "resilience/backoff.h"
#include "telemetry/log.h"

namespace weir::journey {
namespace {

// How often one looks for a place again at once, that another call has taken meanwhile.
constexpr int kMisses = 8;

// What more than the budget allows waits for a moment, where no other model can be asked: most retries are
// short.
constexpr Duration kForBudget = std::chrono::milliseconds(500);
constexpr Duration kLookAgain = std::chrono::milliseconds(10);

Failure nothing_ready(const routing::Route& route, const Standing& why, TimePoint now) {
  constexpr auto kLater = std::chrono::seconds(30);
  auto left = why.ready_at == TimePoint::max() ? Duration(kLater) : std::max(why.ready_at - now, Duration());
  Failure failure{
      .kind = Failure::Kind::no_healthy_deployment,
      .message = {},
      .retryable = true,
      .retry_after = std::max(std::chrono::ceil<std::chrono::seconds>(left), std::chrono::seconds(1))};
  switch (why.state) {
    case Standing::State::resting:
      failure.kind = Failure::Kind::rate_limited;
      failure.message = fmt::format("The providers of {} take no more calls just now; ask again after {} s.",
                                    route.label(), failure.retry_after->count());
      break;
    case Standing::State::ready:
    case Standing::State::busy:
      failure.kind = Failure::Kind::overloaded;
      failure.message = fmt::format("Too many calls for {} are under way; ask again after {} s.",
                                    route.label(), failure.retry_after->count());
      break;
    case Standing::State::broken:
      failure.message = fmt::format(
          "No deployment of {} works just now: all have failed lately and are left alone; ask "
          "again after {} s.",
          route.label(), failure.retry_after->count());
      break;
  }
  return failure;
}

}  // namespace

Pursuit::Pursuit(Loop& loop, Random& random, const Order& order)
    : loop_(loop),
      random_(random),
      order_(order),
      deadline_(loop.now() + order.route.settings().retry.deadline),
      route_(&order.route),
      fallback_(order.instead.empty() ? Fallback::none : Fallback::cheaper),
      fallback_model_(order.instead) {}

Failure Pursuit::unavailable() const { return nothing_ready(*route_, why_, loop_.now()); }

std::optional<Addressee> Pursuit::first() {
  auto choice = choose(tried_);
  auto entered = choice ? enter(choice->target) : std::nullopt;
  if (entered && begins()) return entered;
  return std::nullopt;
}

Task<std::optional<Addressee>> Pursuit::next(Cancellation& stop) {
  do {
    if (!begins() && !co_await may_ask_again(stop)) continue;
    auto found = co_await find(stop);
    if (stop.cancelled()) break;
    if (found) co_return found;
  } while (fall_back());
  co_return std::nullopt;
}

// It is free; more are within the retry settings and their budget.
bool Pursuit::begins() {
  if (std::exchange(asked_, true)) return false;
  order_.rules().traffic_of(*route_).note_call(loop_.now());
  return true;
}

Task<bool> Pursuit::may_ask_again(Cancellation& stop) {
  const auto& retry = settings().retry;
  if (remedy_ == Remedy::none || tried_.size() >= retry.attempts || loop_.now() >= deadline_) co_return false;
  auto& traffic = order_.rules().traffic_of(*route_);
  const TimePoint patience = loop_.now() + (may_fall_back() ? Duration() : kForBudget);
  while (true) {
    if (auto taken = traffic.take_retry(loop_.now(), retry)) {
      retry_.emplace(*std::move(taken));
      co_return true;
    }
    if (loop_.now() >= patience || !co_await runtime::pause(loop_, kLookAgain, &stop)) co_return false;
  }
}

Task<std::optional<Addressee>> Pursuit::find(Cancellation& stop) {
  Queueing queue;
  const TimePoint rested = std::min<TimePoint>(loop_.now() + settings().retry.cap, deadline_);
  bool patient = true;  // with those that have failed for this call already
  int misses = 0;
  while (misses < kMisses && !stop.cancelled()) {
    auto choice = choose(tried_);
    if (!choice) {
      why_ = route_->why([&](std::uint32_t endpoint) { return standing_of(endpoint); });
      if (why_.state == Standing::State::ready) {
        ++misses;
      } else if (!co_await wait_for(why_, rested, queue, stop)) {
        break;
      }
      continue;
    }
    if (choice->again && remedy_ == Remedy::other_key) break;
    if (choice->again && std::exchange(patient, false)) {
      auto wait = resilience::backoff(settings().retry, static_cast<std::uint32_t>(tried_.size()), random_);
      co_await runtime::pause(loop_, std::min<Duration>(wait, deadline_ - loop_.now()), &stop);
      continue;
    }
    if (auto entered = enter(choice->target)) co_return entered;
    ++misses;
  }
  co_return std::nullopt;
}

std::optional<routing::Choice> Pursuit::choose(std::span<const std::uint16_t> tried) {
  const bool about_key = remedy_ == Remedy::other_key || remedy_ == Remedy::free_key;
  routing::Wish wish{.sticky = order_.sticky, .tried = tried};
  wish.about = about_key ? routing::Wish::About::key : routing::Wish::About::deployment;
  return route_->choose(wish, random_, [&](std::uint32_t endpoint) { return standing_of(endpoint); });
}

Standing Pursuit::standing_of(std::uint32_t endpoint) const {
  return order_.rules().endpoints[endpoint]->standing(loop_.now());
}

std::optional<Addressee> Pursuit::enter(std::uint16_t place) {
  const auto& target = route_->targets()[place];
  auto permit = order_.rules().endpoints[target.endpoint]->enter(loop_.now());
  if (!permit) return std::nullopt;
  const auto& deployment = route_->deployments()[target.deployment];
  latest_ = place;
  if (attempts_++ == 0) first_begun_ = loop_.now();
  return Addressee{.deployment = deployment,
                   .provider = *order_.setup->providers.find(deployment.provider)->second,
                   .key = target.key,
                   .model = settings(),
                   .permit = std::move(permit)};
}

// A provider that is full is waited for in its queue; one that asked to be left alone for a moment, until
// that is over. What is broken is not waited for.
Task<bool> Pursuit::wait_for(const Standing& why, TimePoint rested, Queueing& queue, Cancellation& stop) {
  using State = Standing::State;
  if (why.state == State::resting) {
    if (why.ready_at > rested) co_return false;
    co_return co_await runtime::pause(loop_, why.ready_at - loop_.now(), &stop);
  }
  if (why.state != State::busy) co_return false;
  if (queue) co_return co_await queue->wait({deadline_, &stop});
  const auto targets = route_->targets();
  auto full = std::ranges::find_if(
      targets, [&](const routing::Target& each) { return standing_of(each.endpoint).state == State::busy; });
  const auto& waited_for =
      full != targets.end() ? *full : targets.front();  // another loop may have changed it
  queue.emplace(order_.rules().queue_of(route_->deployments()[waited_for.deployment].provider), loop_);
  co_return true;  // and look once more, before one waits
}

std::optional<Duration> Pursuit::hedge_after() const {
  const auto& hedge = settings().hedge;
  if (!hedge.enabled || order_.level != load::Level::full || attempts_ > 1) return std::nullopt;
  return order_.rules().traffic_of(*route_).hedging.due(hedge);
}

std::optional<Addressee> Pursuit::hedge() {
  std::array<std::uint16_t, 1> asked{latest_};
  auto choice = choose(asked);
  auto& hedging = order_.rules().traffic_of(*route_).hedging;
  if (!choice || choice->again || !hedging.take(loop_.now(), settings().hedge)) return std::nullopt;
  return enter(choice->target);
}

bool Pursuit::goes_on_after(const Attempt& attempt) {
  retry_.reset();
  if (attempt.good()) {
    if (settings().hedge.enabled)
      order_.rules().traffic_of(*route_).hedging.note_head(loop_.now() - first_begun_);
    return false;
  }
  tried_.push_back(latest_);
  remedy_ = attempt.remedy();
  reason_ = Fallback::outage;
  switch (attempt.refusal()) {
    case wire::Refusal::context_window:
      reason_ = Fallback::context_window;
      break;
    case wire::Refusal::content_policy:
      reason_ = Fallback::content_policy;
      break;
    case wire::Refusal::no_quota:
    case wire::Refusal::other:
      // Nobody answers what is the request's own fault.
      if (remedy_ == Remedy::none) reason_ = Fallback::none;
      break;
  }
  return remedy_ != Remedy::none || may_fall_back();
}

bool Pursuit::may_fall_back() const {
  return std::ranges::any_of(models_for(reason_), [&](const auto& model) { return !was_asked(model); });
}

const std::vector<std::string>& Pursuit::models_for(Fallback reason) const {
  static const std::vector<std::string> none;
  const auto& asked = order_.route.settings();
  switch (reason) {
    case Fallback::outage:
      return asked.fallbacks;
    case Fallback::context_window:
      return asked.context_window_fallbacks;
    case Fallback::content_policy:
      return asked.content_policy_fallbacks;
    default:
      return none;
  }
}

bool Pursuit::was_asked(std::string_view model) const {
  return std::ranges::find(models_asked_, model) != models_asked_.end();
}

// To the next model of the list for what has happened, that speaks the caller's dialect.
bool Pursuit::fall_back() {
  for (const auto& model : models_for(reason_)) {
    if (was_asked(model)) continue;
    models_asked_.push_back(model);
    auto route = order_.rules().routing.find(model, order_.request.path().dialect);
    if (!route) continue;
    turned_from_ = route_->label();
    other_ = std::make_unique<const routing::Route>(*std::move(route));
    route_ = other_.get();
    fallback_ = reason_;
    fallback_model_ = model;
    tried_.clear();
    asked_ = false;
    remedy_ = Remedy::none;
    return true;
  }
  return false;
}

}  // namespace weir::journey
