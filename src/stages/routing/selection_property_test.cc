// Whatever targets there are, however they stand and whatever was tried: what must hold of every choice.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "routing/route.h"

namespace weir::routing {
namespace {

using config::Strategy;
using State = Standing::State;
using About = Route::Wish::About;

// A model of up to five deployments with up to three keys each, and a call that may have failed before.
struct World {
  explicit World(std::uint64_t seed) : random(seed) {
    settings.strategy = static_cast<Strategy>(random.below(5));
    auto count = static_cast<std::uint16_t>(1 + random.below(5));
    for (std::uint16_t i = 0; i < count; ++i) add_deployment(i);
    auto latest = random.below(targets.size() + 1);
    for (std::size_t i = 0; i < latest; ++i)
      tried.push_back(static_cast<std::uint16_t>(random.below(targets.size())));
    about = random.below(2) == 0 ? About::key : About::deployment;
    sticky = random.below(3) == 0 ? random.next() : 0;
  }

  void add_deployment(std::uint16_t place) {
    deployments.push_back({.provider = "p", .model = "m", .label = "p/m", .id = {random.next()}});
    if (random.below(2) == 0) deployments.back().price.input = random.below(3);
    auto keys = static_cast<std::uint16_t>(1 + random.below(3));
    for (std::uint16_t key = 0; key < keys; ++key) {
      targets.push_back({.endpoint = static_cast<std::uint32_t>(targets.size()),
                         .deployment = place,
                         .key = key,
                         .weight = 0.1 + 10 * random.unit()});
      standings.push_back({.state = random.below(2) == 0 ? State::ready : State::broken,
                           .under_way = static_cast<std::uint32_t>(random.below(4)),
                           .latency = std::chrono::milliseconds(random.below(4)),
                           .quota = random.unit()});
    }
  }

  std::optional<Route::Choice> choose() {
    Route route("m", settings, deployments, targets);
    return route.choose({.sticky = sticky, .tried = tried, .about = about}, random,
                        [&](std::uint32_t endpoint) { return standings[endpoint]; });
  }

  // The order of preference, written down once more: 0 is the best class.
  int class_of(std::uint16_t place) const {
    if (std::ranges::count(tried, place) > 0) return 2;
    if (tried.empty()) return 0;
    if (about == About::key) return targets[place].deployment == targets[tried.back()].deployment ? 0 : 1;
    std::set<std::uint16_t> failed;
    for (auto at : tried) failed.insert(targets[at].deployment);
    return failed.contains(targets[place].deployment) ? 1 : 0;
  }

  // Those that are ready, of the best class that has any.
  std::vector<std::uint16_t> best() const {
    std::vector<std::uint16_t> best;
    for (const auto& target : targets) {
      auto place = static_cast<std::uint16_t>(target.endpoint);
      if (standings[place].state != State::ready) continue;
      if (!best.empty() && class_of(place) > class_of(best.front())) continue;
      if (!best.empty() && class_of(place) < class_of(best.front())) best.clear();
      best.push_back(place);
    }
    return best;
  }

  Random random;
  config::ModelSettings settings;
  std::vector<Deployment> deployments;
  std::vector<Target> targets;
  std::vector<Standing> standings;
  std::vector<std::uint16_t> tried;
  About about = About::deployment;
  std::uint64_t sticky = 0;
};

TEST(EveryChoice, is_ready_and_of_the_best_class) {
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    World world(seed);
    auto best = world.best();
    auto choice = world.choose();
    ASSERT_EQ(choice.has_value(), !best.empty()) << "seed " << seed;
    if (!choice) continue;
    ASSERT_EQ(std::ranges::count(best, choice->target), 1) << "seed " << seed;
    ASSERT_EQ(choice->again, world.class_of(choice->target) == 2) << "seed " << seed;
  }
}

TEST(EveryChoice, by_weight_comes_out_at_its_share) {
  constexpr int kTimes = 20'000;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    World world(seed);
    world.settings.strategy = Strategy::weighted;
    world.sticky = 0;
    auto best = world.best();
    if (best.empty()) continue;
    std::vector<double> weights(world.targets.size());
    double total = 0;
    for (auto place : best) {
      double left = std::min(1.0, world.standings[place].quota / 0.2);
      weights[place] = world.targets[place].weight * (0.01 + 0.99 * left);
      total += weights[place];
    }
    std::vector<int> chosen(world.targets.size());
    for (int i = 0; i < kTimes; ++i) ++chosen[world.choose()->target];
    for (auto place : best)
      EXPECT_NEAR(chosen[place] / double{kTimes}, weights[place] / total, 0.02) << "seed " << seed;
  }
}

}  // namespace
}  // namespace weir::routing
