// Which target is chosen: the strategies, one after the other.
#include "routing/selection.h"

#include <gtest/gtest.h>

#include "routing/sticky.h"
#include "routing/testing_house.h"

namespace weir::routing {
namespace {

using config::Strategy;
using std::chrono::milliseconds;
using testing_house::House;
using testing_house::State;

config::Settings settings_with(Strategy strategy) {
  auto settings = testing_house::settings();
  settings.models["m"].strategy = strategy;
  return settings;
}

TEST(Choosing, weights_are_shares_of_deployments_and_within_them_of_keys) {
  House house;
  auto shares = house.shares();
  EXPECT_NEAR(shares["two a"], 3.0 / 6 * 3 / 4, 0.02);
  EXPECT_NEAR(shares["two b"], 3.0 / 6 * 1 / 4, 0.02);
  EXPECT_NEAR(shares["one a"], 2.0 / 6, 0.02);
  EXPECT_NEAR(shares["none "], 1.0 / 6, 0.02);
}

TEST(Choosing, what_is_not_ready_is_not_asked) {
  House house;
  house.standing("two a").state = State::busy;
  house.standing("two b").state = State::broken;
  house.standing("none ").state = State::resting;
  EXPECT_EQ(house.shares()["one a"], 1);
  house.standing("one a").state = State::busy;
  EXPECT_EQ(house.choose(), "");
}

TEST(Choosing, a_rate_limit_counts_once_less_than_a_fifth_is_left) {
  House house;
  house.leave_only({"one a", "none "});
  for (auto [quota, weight] : {std::pair(1.0, 2.0), {0.2, 2.0}, {0.1, 1.01}, {0.0, 0.02}}) {
    house.standing("one a").quota = quota;
    EXPECT_NEAR(house.shares()["one a"], weight / (weight + 1), 0.02) << quota;
  }
}

TEST(Choosing, by_latency_the_soonest_answer_is_wanted) {
  House house(settings_with(Strategy::latency));
  house.leave_only({"one a", "none "});
  house.standing("one a").latency = milliseconds(300);
  house.standing("none ").latency = milliseconds(100);
  house.standing("none ").under_way = 1;
  EXPECT_EQ(house.choose(), "none ");
  house.standing("none ").under_way = 3;
  EXPECT_EQ(house.choose(), "one a");
}

TEST(Choosing, by_latency_one_call_finds_out_what_is_not_known) {
  House house(settings_with(Strategy::latency));
  house.leave_only({"one a", "none "});
  house.standing("one a").latency = milliseconds(1);
  EXPECT_EQ(house.choose(), "none ");
  house.standing("none ").under_way = 1;
  EXPECT_EQ(house.choose(), "one a");
  // Where nothing is known of any, it is the one with the fewest calls.
  house.standing("one a") = {.under_way = 2};
  EXPECT_EQ(house.choose(), "none ");
}

TEST(Choosing, by_latency_equals_go_by_weight) {
  House house(settings_with(Strategy::latency));
  house.leave_only({"one a", "none "});
  EXPECT_NEAR(house.shares()["one a"], 2.0 / 3, 0.02);
}

TEST(Choosing, the_least_busy_is_the_one_with_the_fewest_calls_for_its_weight) {
  House house(settings_with(Strategy::least_busy));
  house.leave_only({"one a", "none "});
  house.standing("one a").under_way = 3;
  house.standing("none ").under_way = 1;
  EXPECT_EQ(house.choose(), "none ");
  house.standing("none ").under_way = 2;
  EXPECT_EQ(house.choose(), "one a");
  house.standing("one a").under_way = 4;
  EXPECT_NEAR(house.shares()["one a"], 0.5, 0.02);
}

TEST(Choosing, by_cost_the_cheapest_is_asked_and_an_unknown_price_is_the_dearest) {
  auto settings = settings_with(Strategy::cost);
  auto& deployments = settings.models["m"].deployments;
  deployments[0].price = {.input = 1, .cached_input = {}, .output = 5};
  deployments[1].price = {.input = 2, .cached_input = {}, .output = 3};
  House house(settings);
  EXPECT_EQ(house.shares()["one a"], 1);
  house.standing("one a").state = State::busy;
  auto shares = house.shares();
  EXPECT_NEAR(shares["two a"], 0.75, 0.02);
  EXPECT_NEAR(shares["two b"], 0.25, 0.02);
  house.leave_only({"none "});
  EXPECT_EQ(house.choose(), "none ");
}

TEST(Choosing, by_priority_the_first_in_the_list_is_asked_while_it_is_ready) {
  House house(settings_with(Strategy::priority));
  EXPECT_NEAR(house.shares()["two a"], 0.75, 0.02);
  EXPECT_NEAR(house.shares()["two b"], 0.25, 0.02);
  house.leave_only({"one a", "none "});
  EXPECT_EQ(house.shares()["one a"], 1);
}

TEST(Choosing, after_a_key_failed_its_deployment_is_asked_with_another) {
  House house;
  std::vector<std::uint16_t> tried{house.place_of("two a")};
  Route::Wish wish{.tried = tried, .about = Route::Wish::About::key};
  EXPECT_EQ(house.shares(wish)["two b"], 1);
  house.standing("two b").state = State::resting;
  auto shares = house.shares(wish);
  EXPECT_NEAR(shares["one a"], 2.0 / 3, 0.02);
  EXPECT_NEAR(shares["none "], 1.0 / 3, 0.02);
}

TEST(Choosing, after_a_deployment_failed_another_is_asked_and_then_its_other_keys) {
  House house;
  std::vector<std::uint16_t> tried{house.place_of("two a")};
  Route::Wish wish{.tried = tried, .about = Route::Wish::About::deployment};
  auto shares = house.shares(wish);
  EXPECT_NEAR(shares["one a"], 2.0 / 3, 0.02);
  EXPECT_NEAR(shares["none "], 1.0 / 3, 0.02);
  house.leave_only({"two a", "two b"});
  EXPECT_EQ(house.shares(wish)["two b"], 1);
}

TEST(Choosing, what_was_tried_is_tried_again_when_nothing_else_is_left) {
  House house;
  house.leave_only({"two a"});
  std::vector<std::uint16_t> tried{house.place_of("two a")};
  auto route = house.route();
  Random random(1);
  auto all_ready = [](std::uint32_t) { return Standing{}; };
  EXPECT_EQ(house.choose({.tried = tried}), "two a");
  EXPECT_FALSE(route.choose({.tried = tried}, random, all_ready)->again);
  std::vector<std::uint16_t> all{0, 1, 2, 3};
  EXPECT_TRUE(route.choose({.tried = all}, random, all_ready)->again);
}

TEST(Choosing, calls_that_begin_alike_stay_with_one_target_and_others_spread_by_weight) {
  constexpr int kCalls = 20'000;
  House house;
  std::map<std::string, double> calls;
  for (std::uint64_t sticky = 1; sticky <= kCalls; ++sticky) calls[house.choose({.sticky = sticky})] += 1;
  EXPECT_NEAR(calls["two a"] / kCalls, 3.0 / 6 * 3 / 4, 0.02);
  EXPECT_NEAR(calls["two b"] / kCalls, 3.0 / 6 * 1 / 4, 0.02);
  EXPECT_NEAR(calls["one a"] / kCalls, 2.0 / 6, 0.02);
  EXPECT_NEAR(calls["none "] / kCalls, 1.0 / 6, 0.02);
  auto begins = sticky_key("{\"model\":\"m\"");
  EXPECT_EQ(house.shares({.sticky = begins})[house.choose({.sticky = begins})], 1);
}

TEST(Choosing, a_target_that_rests_moves_only_its_own_sticky_calls) {
  House house;
  std::map<std::uint64_t, std::string> before;
  for (std::uint64_t sticky = 1; sticky <= 1000; ++sticky) before[sticky] = house.choose({.sticky = sticky});
  house.standing("one a").state = State::resting;
  for (const auto& [sticky, target] : before) {
    auto after = house.choose({.sticky = sticky});
    if (target == "one a") {
      EXPECT_NE(after, "one a");
    } else {
      EXPECT_EQ(after, target);
    }
  }
}

TEST(Choosing, a_sticky_call_that_failed_goes_elsewhere) {
  House house;
  for (std::uint64_t sticky = 1; sticky <= 100; ++sticky) {
    auto first = house.choose({.sticky = sticky});
    std::vector<std::uint16_t> tried{house.place_of(first)};
    EXPECT_NE(house.choose({.sticky = sticky, .tried = tried}), first);
  }
}

TEST(StickyKey, looks_at_the_first_kib_of_a_body) {
  std::string begins(1024, 'x');
  EXPECT_EQ(sticky_key(begins + "one"), sticky_key(begins + "another"));
  auto other = begins;
  other.back() = 'y';
  EXPECT_NE(sticky_key(begins), sticky_key(other));
  EXPECT_NE(sticky_key(""), 0U);
}

class Refused : public testing::Test {
 protected:
  void everything_is(State state) {
    for (const auto& target : {"two a", "two b", "one a", "none "})
      house.standing(target) = {.state = state, .ready_at = soon + milliseconds(9)};
  }
  House house;
  TimePoint soon{milliseconds(1000)};
};

TEST_F(Refused, a_busy_target_may_take_a_call_any_moment) {
  everything_is(State::resting);
  house.standing("one a") = {.state = State::busy};
  EXPECT_EQ(house.why().state, State::busy);
}

TEST_F(Refused, a_resting_target_says_when_the_first_is_ready) {
  everything_is(State::broken);
  house.standing("two a") = {.state = State::resting, .ready_at = soon + milliseconds(30)};
  house.standing("two b") = {.state = State::resting, .ready_at = soon + milliseconds(20)};
  EXPECT_EQ(house.why().state, State::resting);
  EXPECT_EQ(house.why().ready_at, soon + milliseconds(20));
}

TEST_F(Refused, broken_targets_say_when_the_first_is_tried_again) {
  everything_is(State::broken);
  house.standing("none ").ready_at = soon;
  EXPECT_EQ(house.why().state, State::broken);
  EXPECT_EQ(house.why().ready_at, soon);
}

TEST_F(Refused, nothing_is_wrong_with_a_target_that_is_ready_by_now) {
  everything_is(State::busy);
  house.standing("none ") = {};
  EXPECT_EQ(house.why().state, State::ready);
}

}  // namespace
}  // namespace weir::routing
