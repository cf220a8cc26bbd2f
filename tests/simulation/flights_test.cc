// What is shared and kept: nobody gets a wrong or an old answer, and each thing is asked for once.
#include "life.h"

namespace weir::simulation {
namespace {

constexpr std::string_view kFaults = R"(
  - { when: { share: 4% }, fault: { kind: status, status: 500 } }
  - { when: { share: 4% }, fault: { kind: reset, at: before_head } }
  - { when: { share: 4% }, fault: { kind: truncate, at: middle } }
  - { when: { share: 3% }, fault: { kind: hang, at: middle } }
)";

TEST(SimulatedFlights, nobody_gets_a_wrong_or_an_old_answer_whatever_happens) {
  std::size_t joined = 0;
  std::size_t failed = 0;
  auto all = seeds(200, 10'000);
  play_each(all, [&](std::uint64_t seed) {
    Life life(seed, kFaults);
    life.live(60, true);
    life.judge();
    joined += life.joined();
    failed += life.failed();
  });
  if (all.count == 1) return;
  // The world was as lively and as troubled as it was meant to be.
  EXPECT_GT(joined, 3 * all.count);
  EXPECT_GT(failed, all.count / 10);
}

TEST(SimulatedFlights, each_thing_is_asked_once_between_two_purges) {
  play_each(seeds(50, 2000), [&](std::uint64_t seed) {
    Life life(seed, "");
    life.live(60, false);
    life.judge();
    life.judge_cost();
  });
}

}  // namespace
}  // namespace weir::simulation
