// Two deployments and a model to fall back on, all of which fail now and then, under retries, breakers,
// hedges and callers who leave: each call is answered once, within its attempts, with its own answer, and
// nothing is left.
#include <map>

#include "life.h"

namespace weir::simulation {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kFaults = R"(
  - { when: { share: 5% }, fault: { kind: status, status: 500 } }
  - { when: { share: 3% }, fault: { kind: status, status: 503, retry_after: 1s } }
  - { when: { share: 4% }, fault: { kind: status, status: 429, retry_after: 2s } }
  - { when: { share: 2% }, fault: { kind: status, status: 400 } }
  - { when: { share: 4% }, fault: { kind: reset, at: before_head } }
  - { when: { share: 3% }, fault: { kind: hang, at: before_head } }
  - { when: { share: 3% }, fault: { kind: truncate, at: middle } }
  - { when: { share: 2% }, fault: { kind: hang, at: middle } }
  - { when: { share: 2% }, fault: { kind: garbage } }
  - { when: { share: 2% }, fault: { kind: malformed, at: middle } }
)";

// No two seeds are configured alike.
config::Settings any_settings(std::uint64_t seed) {
  Random random(seed);
  config::Settings settings;
  for (auto name : {"first", "second", "third"}) {
    auto& provider = settings.providers[name];
    provider.kind = config::ProviderKind::simulated;
    provider.timeouts.first_byte = milliseconds(500 + random.below(2000));
    provider.timeouts.total = milliseconds(2000 + random.below(4000));
  }
  auto& model = settings.models["sim-1"];
  model.deployments = {{"first", "sim-1", 3}, {"second", "sim-1", 1}};
  model.strategy = static_cast<config::Strategy>(random.below(5));
  model.sticky = static_cast<config::Sticky>(random.below(2));
  model.retry.attempts = static_cast<std::uint32_t>(1 + random.below(4));
  model.hedge.enabled = random.below(2) == 0;
  model.hedge.spending = {0.5};
  model.hedge.least = milliseconds(60);
  model.breaker.enabled = random.below(3) != 0;
  if (random.below(2) == 0) model.fallbacks = {"sim-2"};
  settings.models["sim-2"].deployments = {{"third", "sim-1"}};
  settings.cache.ttl = std::chrono::seconds(1 + random.below(5));
  settings.on_client_gone = random.below(2) == 0 ? config::OnClientGone::cancel : config::OnClientGone::drain;
  settings.traces.endpoint = *config::BaseUrl::parse("http://localhost/v1/traces");
  return settings;
}

// Each call's attempts are numbered from 1 on without a gap, and are no more than are allowed.
void judge_attempts(Simulation& world) {
  const auto& settings = world.settings();
  const auto& model = settings.models.at("sim-1");
  const std::size_t most = model.retry.attempts + (model.hedge.enabled ? 1 : 0) +
                           (model.fallbacks.empty() ? 0 : settings.models.at("sim-2").retry.attempts);
  std::map<std::string, std::set<int>> by_call;
  std::size_t count = 0;
  for (const auto& attempt : world.attempts()) {
    EXPECT_TRUE(by_call[std::string(attempt.call.text())].insert(attempt.number).second)
        << "an attempt was reported twice";
    ++count;
  }
  for (const auto& [call, numbers] : by_call) {
    EXPECT_EQ(*numbers.rbegin(), static_cast<int>(numbers.size())) << "an attempt was not reported";
    EXPECT_LE(numbers.size(), most);
  }
  std::uint64_t asked = 0;
  for (const auto& [name, provider] : settings.providers) asked += world.provider(name).mock().ledger().calls;
  EXPECT_EQ(asked, count + world.reconnects()) << "a provider was asked without a report";
}

TEST(SimulatedBadDays, each_call_is_answered_once_within_its_attempts_and_nothing_is_left) {
  std::size_t failed = 0;
  std::size_t retried = 0;
  std::size_t hedged = 0;
  auto all = seeds(200, 10'000);
  play_each(all, [&](std::uint64_t seed) {
    Life life(seed, any_settings(seed), kFaults);
    life.live(60, true);
    life.judge();
    judge_attempts(life.world());
    EXPECT_EQ(life.world().calls().size(), 60U) << "each is reported once";
    EXPECT_EQ(life.world().admission().taken(), 0U) << "a place was not left";
    for (const auto& endpoint : life.world().resilience().endpoints())
      EXPECT_EQ(endpoint->standing(life.world().loop().now()).under_way, 0U) << "a permit was not given back";
    failed += life.failed();
    for (const auto& call : life.world().calls()) retried += call.failed.all().empty() ? 0 : 1;
    for (const auto& attempt : life.world().attempts())
      hedged += attempt.failure == Failure::Kind::client_gone && attempt.number > 1 ? 1 : 0;
  });
  if (all.count == 1) return;
  // The world was as troubled as it was meant to be.
  EXPECT_GT(failed, all.count);
  EXPECT_GT(retried, all.count);
  EXPECT_GT(hedged, all.count / 20);
}

}  // namespace
}  // namespace weir::simulation
