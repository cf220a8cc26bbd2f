// Answers that have expired: kept for who can have no other, and in nobody's way.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <vector>

#include "cache/memory_cache.h"
#include "cache/testing_entries.h"

namespace weir::cache {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing_entries::answer_of;
using testing_entries::begins_with;
using testing_entries::key_of;

constexpr Bytes kLimit = 1_MiB;
constexpr Duration kFresh = minutes(10);
constexpr Duration kStale = hours(1);
const TenantId kTenant{"tenant"};
const TenantId kOther{"other"};

class World {
 public:
  explicit World(Bytes limit = kLimit) : budget(limit) {}

  Kept keep(std::uint64_t prompt, std::string_view text = "", std::size_t size = 0,
            const TenantId& whose = kTenant) {
    EntryKey key = key_of(whose, prompt);
    std::vector<std::string> tags{"prices"};
    return cache.keep({.key = key,
                       .tenant = whose,
                       .covered = Covered::by({whose, key.canonical, "gpt-4o-mini", "chat", "", tags}),
                       .begun = generations.now(),
                       .expires = clock.now() + kFresh,
                       .answer = answer_of(budget, text, size),
                       .stale_for = kStale});
  }
  void keep_all(std::uint64_t first, std::uint64_t end, const TenantId& whose = kTenant) {
    for (auto prompt = first; prompt < end; ++prompt) ASSERT_EQ(keep(prompt, "", 1000, whose), Kept::kept);
  }
  // Everything that is kept now expires.
  void expire() {
    clock.advance(kFresh + seconds(1));
    cache.advance(clock.now());
  }
  Found find(std::uint64_t prompt, const TenantId& whose = kTenant) {
    return cache.find(key_of(whose, prompt), clock.now());
  }
  std::optional<Hit> find_stale(std::uint64_t prompt, const TenantId& whose = kTenant) {
    return cache.find_stale(key_of(whose, prompt), clock.now());
  }
  std::uint64_t stale_of(std::uint64_t prompts, const TenantId& whose) {
    std::uint64_t found = 0;
    for (std::uint64_t prompt = 0; prompt < prompts; ++prompt) found += find_stale(prompt, whose) ? 1 : 0;
    return found;
  }
  ManualClock clock;
  recording::MemoryBudget budget;
  Generations generations;
  MemoryCache cache{budget, generations, clock.now()};
};

TEST(StaleAnswers, an_expired_answer_is_kept_for_its_time_for_who_asks_for_such) {
  World world;
  auto kept_at = world.clock.now();
  ASSERT_EQ(world.keep(1, "hello"), Kept::kept);
  EXPECT_TRUE(world.find_stale(1)) << "fresh ones are given, too";
  world.clock.advance(kFresh);
  EXPECT_FALSE(world.find(1));
  world.clock.advance(kStale - Duration(1));
  EXPECT_FALSE(world.find(1));
  auto stale = world.find_stale(1);
  ASSERT_TRUE(stale);
  EXPECT_TRUE(begins_with(*stale, "hello"));
  EXPECT_EQ(stale->expires, kept_at + kFresh);
  world.clock.advance(Duration(1));
  EXPECT_FALSE(world.find_stale(1));
  EXPECT_EQ(world.cache.counts().entries, 0U);
  EXPECT_EQ(world.cache.counts().of(Reason::expired), 1U);
}

TEST(StaleAnswers, what_nobody_asks_for_is_freed_soon_after_its_time) {
  World world;
  world.keep_all(0, 200);
  world.expire();
  EXPECT_EQ(world.cache.counts().stale, 200U);
  EXPECT_EQ(world.cache.counts().entries, 200U) << "they take memory, so they count";
  world.clock.advance(kStale);
  world.cache.advance(world.clock.now());
  EXPECT_EQ(world.cache.counts().stale, 0U);
  EXPECT_EQ(world.budget.taken().count, 0U);
}

TEST(StaleAnswers, a_purge_takes_them_and_a_dry_run_counts_them) {
  World world;
  world.keep_all(0, 3);
  world.expire();
  Sweep sweep(world.cache, Selector::tag("prices"), Sweep::Purpose::count);
  while (sweep.step(world.clock.now())) {
  }
  EXPECT_EQ(sweep.matched(), 3U);
  world.generations.purge(Selector::tag("prices"));
  EXPECT_FALSE(world.find_stale(1));
  EXPECT_EQ(world.cache.counts().of(Reason::purged), 1U);
}

TEST(StaleAnswers, each_counts_once_as_a_stale_look_up) {
  World world;
  world.keep(1);
  world.keep(2);
  world.expire();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(world.find(1));
  EXPECT_TRUE(world.find_stale(1));
  EXPECT_TRUE(world.find_stale(2));
  EXPECT_EQ(world.cache.counts().of(Lookup::stale), 1U);
  EXPECT_EQ(world.cache.counts().of(Lookup::miss), 2U);
  EXPECT_EQ(world.cache.counts().of(Lookup::hit), 0U);
}

TEST(StaleAnswers, a_new_answer_takes_the_place_of_an_expired_one) {
  World world;
  world.keep(1, "old");
  world.expire();
  world.keep(1, "new");
  EXPECT_TRUE(begins_with(*world.find(1), "new"));
  EXPECT_EQ(world.cache.counts().stale, 0U);
  EXPECT_EQ(world.cache.counts().of(Reason::expired), 1U);
  EXPECT_EQ(world.cache.counts().of(Reason::replaced), 0U);
}

TEST(StaleAnswers, all_of_them_go_before_anything_fresh) {
  World world;
  world.keep_all(0, 300);
  for (int round = 0; round < 4; ++round) {
    for (std::uint64_t prompt = 0; prompt < 300; ++prompt) EXPECT_TRUE(world.find(prompt));
  }
  world.expire();
  world.keep_all(1000, 1300);
  while (world.cache.counts().stale > 0) {
    ASSERT_EQ(world.cache.counts().of(Reason::capacity), 0U);
    world.cache.make_room(1);
  }
  // The last time some fresh ones may have made room, too: it makes a little more than was asked for.
  EXPECT_LE(world.cache.counts().of(Reason::capacity), 4U);
}

TEST(StaleAnswers, of_one_tenant_are_its_own_part_of_the_cache) {
  World world;
  world.keep_all(0, 100, kOther);
  world.keep_all(0, 300);
  world.expire();
  world.keep_all(1000, 4000);
  EXPECT_EQ(world.stale_of(100, kOther), 100U) << "it holds less than its share";
  EXPECT_EQ(world.stale_of(300, kTenant), 0U);
  EXPECT_GT(world.cache.counts().of(Reason::capacity), 1'000U);
}

// How many of a tenant's calls hit where popular things are asked for and kept, in a cache of which
// `expired` answers have just expired.
double hit_ratio(std::uint64_t expired) {
  constexpr std::uint64_t kPrompts = 4'000;
  constexpr std::uint64_t kOld = 1'000'000;
  constexpr int kCalls = 20'000;
  World world;
  // They were popular: S3-FIFO would not let them go for long.
  for (int round = 0; round < 4; ++round) {
    for (auto prompt = kOld; prompt < kOld + expired; ++prompt) {
      if (!world.find(prompt)) world.keep(prompt, "", 1000);
    }
  }
  world.expire();
  Random random(7);
  int hits = 0;
  for (int i = 0; i < kCalls; ++i) {
    // Zipf's law, nearly: as many draws from each octave.
    auto prompt = static_cast<std::uint64_t>(std::pow(static_cast<double>(kPrompts), random.unit()));
    if (world.find(prompt)) {
      ++hits;
    } else {
      world.keep(prompt, "", 1000);
    }
  }
  EXPECT_EQ(world.cache.counts().stale, 0U);
  return static_cast<double>(hits) / kCalls;
}

TEST(StaleAnswers, a_cache_full_of_them_keeps_fresh_ones_as_well_as_an_empty_one) {
  double empty = hit_ratio(0);
  double full = hit_ratio(1'000);
  std::printf("hits in a cache that was empty %.2f %%, full of expired answers %.2f %%\n", empty * 100,
              full * 100);
  EXPECT_NEAR(full, empty, 0.002);
}

TEST(StaleAnswers, what_fits_into_an_empty_cache_fits_into_one_full_of_them) {
  World world;
  world.keep_all(0, 1'000);
  world.expire();
  world.keep_all(1'000, 1'600);
  for (std::uint64_t prompt = 1'000; prompt < 1'600; ++prompt) ASSERT_TRUE(world.find(prompt)) << prompt;
}

}  // namespace
}  // namespace weir::cache
