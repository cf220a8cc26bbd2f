#include "app/breaker_watch.h"

#include <gtest/gtest.h>

namespace weir::app {
namespace {

using std::chrono::seconds;

class Watch : public testing::Test {
 protected:
  std::shared_ptr<resilience::Endpoint> endpoint(std::string_view deployment, std::uint64_t id) {
    return registry.endpoint({.deployment = deployment, .provider = "openai", .key_name = "main"}, {id}, {});
  }
  void fail(resilience::Endpoint& endpoint, int times) {
    for (int i = 0; i < times; ++i) {
      auto permit = endpoint.enter(clock.now());
      ASSERT_TRUE(permit);
      permit->note({.outcome = EndpointOutcome::failed}, clock.now());
    }
  }
  std::string told() const {
    std::string text;
    for (const auto& part : degradations.list()) text += fmt::format("{}: {}\n", part.part, part.reason);
    return text;
  }

  ManualClock clock;
  resilience::Registry registry;
  telemetry::Degradations degradations;
  BreakerWatch watch{registry, clock, degradations};
  std::shared_ptr<resilience::Endpoint> mini = endpoint("openai/mini", 1);
};

TEST_F(Watch, a_breaker_that_opened_is_told_until_it_closes) {
  watch.look();
  EXPECT_EQ(told(), "");
  fail(*mini, 10);
  watch.look();
  EXPECT_EQ(told(),
            "deployment openai/mini, key main: its breaker is open until 2024-10-04T00:00:30Z: "
            "10 of 10 attempts failed\n");
  clock.advance(seconds(31));
  watch.look();
  EXPECT_EQ(told(),
            "deployment openai/mini, key main: its breaker is half open: the next attempts show whether it "
            "works again\n");
  mini->force(resilience::Forced::closed);
  watch.look();
  EXPECT_EQ(told(), "");
}

TEST_F(Watch, one_that_was_opened_by_hand_is_told_as_that) {
  mini->force(resilience::Forced::open);
  watch.look();
  EXPECT_EQ(told(), "deployment openai/mini, key main: its breaker was opened by hand\n");
}

TEST_F(Watch, one_that_a_reload_took_away_is_told_no_longer) {
  mini->force(resilience::Forced::open);
  watch.look();
  mini.reset();
  registry.forget_unused();
  watch.look();
  EXPECT_EQ(told(), "");
}

TEST_F(Watch, many_are_broken_when_two_are_and_half_of_all) {
  mini->force(resilience::Forced::open);
  EXPECT_FALSE(watch.look()) << "all, but one only";
  auto large = endpoint("openai/large", 2);
  auto small = endpoint("openai/small", 3);
  auto tiny = endpoint("openai/tiny", 4);
  EXPECT_FALSE(watch.look());
  large->force(resilience::Forced::open);
  EXPECT_TRUE(watch.look());
  auto fifth = endpoint("openai/fifth", 5);
  EXPECT_FALSE(watch.look()) << "two of five";
}

}  // namespace
}  // namespace weir::app
