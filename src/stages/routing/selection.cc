#include "routing/selection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace weir::routing {
namespace {

using config::Strategy;

// While this share of a rate limit is left, a target gets its whole weight; with none left a hundredth, so
// that it is still asked at times and what it says of its limit stays true.
constexpr double kQuotaEnough = 0.2;
constexpr double kQuotaGone = 0.01;

double weight_left(const Target& target, const Standing& standing) {
  double left = std::clamp(standing.quota / kQuotaEnough, 0.0, 1.0);
  return target.weight * (kQuotaGone + (1 - kQuotaGone) * left);
}

// The last step of splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

// Of several, each with its own `bits`, the least is each one's as often as its share of the weights
// (Efraimidis, Spirakis: "Weighted random sampling with a reservoir", 2006).
double race(std::uint64_t bits, double weight) {
  double between_0_and_1 = (static_cast<double>(bits >> 11) + 0.5) * 0x1.0p-53;  // never either
  return -std::log(between_0_and_1) / weight;
}

// Highest random weight (Thaler, Ravishankar: "Using name-based mappings to increase hit rates", 1998): the
// same numbers meet at each target, so one that can't be asked moves only its own calls. By what the target
// is, not by its place in a configuration.
double rendezvous(std::uint64_t sticky, const Deployment& deployment, const Target& target) {
  return race(mix(sticky ^ mix(deployment.id.value + target.key)), target.weight);
}

// For a token sent and one answered.
double price_of(const config::PriceSettings& price) {
  if (!price.input && !price.output) return std::numeric_limits<double>::infinity();
  return static_cast<double>(price.input.value_or(0)) + static_cast<double>(price.output.value_or(0));
}

// How long a call more would take. One whose latency is not known is tried at once, but by one call: should
// it hang, the others must not follow.
double wait_at(const Standing& standing) {
  auto latency = standing.latency;
  if (latency == Duration::zero() && standing.under_way > 0) latency = Duration::max();
  return static_cast<double>(latency.count()) * (standing.under_way + 1.0);
}

}  // namespace

void Selection::consider(const Standing& standing) {
  auto place = next_++;
  if (standing.state != Standing::State::ready) return;
  auto rank = rank_of(place);
  if (best_ && best_->rank < rank) return;
  auto merit = merit_of(targets_[place], standing);
  if (best_ && best_->rank == rank && best_->merit <= merit) return;
  best_ = Best{place, rank, merit};
}

std::optional<Choice> Selection::chosen() const {
  if (!best_) return std::nullopt;
  return Choice{.target = best_->place, .again = best_->rank == Rank::again};
}

Selection::Rank Selection::rank_of(std::uint16_t place) const {
  if (wish_.tried.empty()) return Rank::first;
  auto deployment_of = [this](std::uint16_t at) { return targets_[at].deployment; };
  if (std::ranges::find(wish_.tried, place) != wish_.tried.end()) return Rank::again;
  bool better = wish_.about == Wish::About::key ? deployment_of(place) == deployment_of(wish_.tried.back())
                                                : std::ranges::find(wish_.tried, deployment_of(place),
                                                                    deployment_of) == wish_.tried.end();
  return better ? Rank::first : Rank::second;
}

Selection::Merit Selection::merit_of(const Target& target, const Standing& standing) {
  const auto& deployment = deployments_[target.deployment];
  if (wish_.sticky != 0) return {rendezvous(wish_.sticky, deployment, target), 0};
  double by_weight = draw(weight_left(target, standing));
  switch (strategy_) {
    case Strategy::weighted:
      break;
    case Strategy::latency:
      return {wait_at(standing), by_weight};
    case Strategy::least_busy:
      return {standing.under_way / target.weight, draw(1)};
    case Strategy::cost:
      return {price_of(deployment.price), by_weight};
    case Strategy::priority:
      return {static_cast<double>(target.deployment), by_weight};
  }
  return {by_weight, 0};
}

double Selection::draw(double weight) { return race(random_.next(), weight); }

const Standing& sooner(const Standing& a, const Standing& b) {
  // The states are declared in this order.
  auto when = [](const Standing& standing) { return std::pair(standing.state, standing.ready_at); };
  return when(b) < when(a) ? b : a;
}

}  // namespace weir::routing
