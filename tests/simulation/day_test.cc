// A day of traffic with faults and leavers, in a second or two, from one seed.
#include <gtest/gtest.h>

#include <cstdlib>

#include "simulation.h"

namespace weir::simulation {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kTroubledDay = R"(
default: { time_to_first_token: 200ms, tokens_per_second: 50, output_tokens: 40 }
rules:
  - { when: { share: 3% }, fault: { kind: status, status: 500 } }
  - { when: { share: 3% }, fault: { kind: status, status: 429, retry_after: 2s } }
  - { when: { share: 3% }, fault: { kind: reset, at: before_head } }
  - { when: { share: 3% }, fault: { kind: truncate, at: middle } }
  - { when: { share: 2% }, fault: { kind: hang, at: middle } }
  - { when: { share: 2% }, fault: { kind: garbage } }
  - { when: { share: 2% }, fault: { kind: malformed } }
)";

std::string random_request(Random& random, std::string& path) {
  bool streamed = random.below(2) == 0;
  path = random.below(3) == 0 ? "/v1/messages" : "/v1/chat/completions";
  return fmt::format(
      R"({{"model":"sim-1","stream":{},"max_tokens":60,"messages":[{{"role":"user","content":"question {}"}}]}})",
      streamed, random.below(1000));
}

// Another configuration, under which calls may still be answered.
config::Settings reloaded(Simulation& world) {
  auto settings = world.settings();
  settings.models["sim-1"].deployments = {{"simulated", fmt::format("sim-{}", world.random().below(3)), 1}};
  settings.cache.ttl = std::chrono::seconds(1 + world.random().below(100));
  settings.on_client_gone =
      world.random().below(2) == 0 ? config::OnClientGone::cancel : config::OnClientGone::drain;
  return settings;
}

struct Day {
  std::size_t answered = 0;
  std::size_t failed = 0;
  std::size_t left = 0;
};

// Every call that stays is answered exactly once, whatever is reloaded meanwhile; nothing is left behind.
Day play_day(std::uint64_t seed, std::size_t calls) {
  Simulation world(seed, kTroubledDay);
  Day day;
  std::vector<std::unique_ptr<Asking>> under_way;
  for (std::size_t i = 0; i < calls; ++i) {
    std::string path;
    auto body = random_request(world.random(), path);
    under_way.push_back(world.ask(body, path));
    world.run_for(milliseconds(world.random().below(400)));
    if (world.random().below(10) == 0) world.apply(reloaded(world));
    if (world.random().below(20) == 0) {
      auto& leaver = under_way[world.random().below(under_way.size())];
      if (!leaver->ended()) {
        leaver->leave();
        ++day.left;
      }
    }
  }
  EXPECT_TRUE(world.run_until([&] {
    return std::ranges::all_of(under_way, [](const auto& call) { return call->ended(); });
  })) << "a call was never answered; seed "
      << seed;
  for (const auto& call : under_way) {
    if (call->whole() && call->status() == 200 && call->received().find("\"error\"") == std::string::npos)
      ++day.answered;
    if (call->whole() && call->received().find("\"error\"") != std::string::npos) ++day.failed;
  }
  EXPECT_EQ(day.answered + day.failed + day.left, calls) << "seed " << seed;
  under_way.clear();
  world.run_for(std::chrono::minutes(2));
  EXPECT_EQ(world.open_sessions(), 0U) << "seed " << seed;
  EXPECT_LE(world.upstream_connections(), 20U) << "more than may be idle; seed " << seed;
  // A kept connection that the provider resets is replaced once, and then it has been asked twice.
  EXPECT_EQ(world.upstream().ledger().calls, world.attempts().size() + world.reconnects()) << "seed " << seed;
  EXPECT_EQ(world.calls().size(), calls) << "each is reported once; seed " << seed;
  return day;
}

TEST(SimulatedDay, every_call_is_answered_exactly_once_and_nothing_is_left_behind) {
  bool deep = std::getenv("WEIR_DEEP") != nullptr;
  Day total;
  for (std::uint64_t seed = 1; seed <= (deep ? 1000U : 20U); ++seed) {
    Day day = play_day(seed, 200);
    total.answered += day.answered;
    total.failed += day.failed;
    total.left += day.left;
  }
  // The world was as troubled as it was meant to be.
  EXPECT_GT(total.failed, total.answered / 20);
  EXPECT_GT(total.left, 0U);
}

}  // namespace
}  // namespace weir::simulation
