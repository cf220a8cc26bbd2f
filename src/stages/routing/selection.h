// Which target of a route the next attempt goes to.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/random.h"
#include "config/settings.h"
#include "model/standing.h"
#include "routing/target.h"

namespace weir::routing {

// What is wanted of the next attempt.
struct Wish {
  // Calls with the same number go to the same target while it is ready; 0: no matter. See sticky_key().
  std::uint64_t sticky = 0;
  // The places of targets that have failed for this call, the latest last.
  std::span<const std::uint16_t> tried = {};
  // What the latest failure was about, and so what to try first: another key of the same deployment, or
  // another deployment.
  enum class About : std::uint8_t { key, deployment } about = About::deployment;
};

struct Choice {
  std::uint16_t target;  // its place
  bool again;            // it was tried before: nothing else was left
};

// One pass over the targets that keeps the best so far: it needs no memory, however many there are.
//
// After a key failed, the order is: untried keys of its deployment, other untried targets, those tried
// before. After a deployment failed: untried deployments, untried keys of tried ones, those tried before. Of
// the first of these that has a ready target, the strategy decides; where it finds two alike, chance, by
// their weights (least_busy: evenly).
class Selection {
 public:
  // All that is given must outlive it.
  Selection(std::span<const Deployment> deployments, std::span<const Target> targets,
            config::Strategy strategy, const Wish& wish, Random& random)
      : deployments_(deployments), targets_(targets), strategy_(strategy), wish_(wish), random_(random) {}

  // How the next target stands: the first one's first, then the others' in their order.
  void consider(const Standing& standing);
  // Nothing where none was ready.
  std::optional<Choice> chosen() const;

 private:
  enum class Rank : std::uint8_t { first, second, again };
  // The least is the best.
  struct Merit {
    double first;
    double then;
    auto operator<=>(const Merit&) const = default;
  };
  struct Best {
    std::uint16_t place;
    Rank rank;
    Merit merit;
  };

  Rank rank_of(std::uint16_t place) const;
  Merit merit_of(const Target& target, const Standing& standing);
  double draw(double weight);

  std::span<const Deployment> deployments_;
  std::span<const Target> targets_;
  config::Strategy strategy_;
  const Wish& wish_;
  Random& random_;
  std::uint16_t next_ = 0;
  std::optional<Best> best_;
};

// The one that can be asked sooner, as far as that is known: a busy one any moment, a resting one when its
// provider said so, a broken one perhaps.
const Standing& sooner(const Standing& a, const Standing& b);

}  // namespace weir::routing
