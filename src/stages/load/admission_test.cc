#include "load/admission.h"

#include <gtest/gtest.h>

#include <vector>

namespace weir::load {
namespace {

const TenantId kAda{"ada"};
const TenantId kBob{"bob"};
const TenantId kEve{"eve"};

using Places = std::vector<Admission::Place>;

// As many as there are for `tenant`, `wanted` at most.
Places enter(Admission& admission, const TenantId& tenant, std::size_t wanted = 1'000'000) {
  Places places;
  while (places.size() < wanted) {
    auto place = admission.enter(tenant);
    if (!place) break;
    places.push_back(*std::move(place));
  }
  return places;
}

TEST(Admission, a_call_leaves_its_place_when_it_ends) {
  Admission admission(10);
  {
    auto one = admission.enter(kAda);
    auto other = admission.enter(kBob);
    auto moved = *std::move(one);
    EXPECT_EQ(admission.taken(), 2U);
    EXPECT_EQ(admission.tenants(), 2U);
    EXPECT_DOUBLE_EQ(admission.used(), 0.2);
  }
  EXPECT_EQ(admission.taken(), 0U);
  EXPECT_EQ(admission.tenants(), 0U);
}

TEST(Admission, the_first_half_is_anybodys) {
  Admission admission(96);
  auto bob = enter(admission, kBob, 1);
  auto eve = enter(admission, kEve, 1);
  EXPECT_EQ(enter(admission, kAda).size(), 46U) << "more than her share, 30, and half of all are taken";
}

TEST(Admission, past_half_a_tenant_enters_while_it_holds_less_than_its_share) {
  Admission admission(96);
  auto bob = enter(admission, kBob, 25);
  auto eve = enter(admission, kEve, 25);
  auto ada = enter(admission, kAda);
  EXPECT_EQ(ada.size(), 30U);
  EXPECT_EQ(admission.refused(Refusal::share), 1U);
  EXPECT_EQ(admission.refused(Refusal::full), 0U);
}

TEST(Admission, who_is_alone_has_everything_but_the_reserve) {
  Admission admission(64);
  auto bob = enter(admission, kBob, 4);
  auto ada = enter(admission, kAda);
  EXPECT_EQ(ada.size(), 30U);
  bob.clear();
  auto more = enter(admission, kAda);
  EXPECT_EQ(ada.size() + more.size(), 60U);
}

TEST(Admission, who_holds_everything_can_not_keep_others_out) {
  Admission admission(160);
  auto greedy = enter(admission, kAda);
  ASSERT_EQ(greedy.size(), 150U);
  auto bob = enter(admission, kBob);
  EXPECT_EQ(bob.size(), 4U) << "a sixteenth of his share at once, from the reserve";
  EXPECT_EQ(admission.refused(Refusal::full), 1U);
  // Each time a call ends, who holds more asks first.
  while (greedy.size() > 75) {
    greedy.pop_back();
    EXPECT_FALSE(admission.enter(kAda));
    for (auto& place : enter(admission, kBob)) bob.push_back(std::move(place));
  }
  EXPECT_EQ(bob.size(), 75U) << "his share, when she is down to hers";
}

TEST(Admission, a_crowd_that_holds_all_it_may_leaves_room_for_the_next_tenant) {
  Admission admission(320);
  std::vector<Places> crowd(20);
  for (int round = 0; round < 320; ++round) {
    for (std::size_t i = 0; i < crowd.size(); ++i) {
      if (auto place = admission.enter({"tenant " + std::to_string(i)})) {
        crowd[i].push_back(*std::move(place));
      }
    }
  }
  EXPECT_EQ(admission.taken(), 300U);
  for (const auto& places : crowd) EXPECT_EQ(places.size(), 15U);
  EXPECT_TRUE(admission.enter(kAda));
}

TEST(Admission, the_smallest_house_takes_one_call) {
  Admission admission(1);
  auto only = admission.enter(kAda);
  EXPECT_TRUE(only);
  EXPECT_FALSE(admission.enter(kBob));
  EXPECT_EQ(admission.refused(Refusal::full), 1U);
  only.reset();
  EXPECT_TRUE(admission.enter(kBob));
}

TEST(Admission, every_place_can_be_taken_and_no_more_where_there_are_many_tenants) {
  Admission admission(100);
  Places places;
  for (int i = 0; i < 200; ++i) {
    if (auto place = admission.enter({std::to_string(i)})) places.push_back(*std::move(place));
  }
  EXPECT_EQ(places.size(), 100U);
  EXPECT_DOUBLE_EQ(admission.used(), 1.0);
}

TEST(Admission, a_tenant_that_comes_again_starts_with_nothing) {
  Admission admission(32);
  for (int i = 0; i < 1000; ++i) {
    auto places = enter(admission, {"a tenant with a long name " + std::to_string(i % 50)});
    EXPECT_EQ(places.size(), 30U);
  }
  EXPECT_EQ(admission.tenants(), 0U);
}

}  // namespace
}  // namespace weir::load
