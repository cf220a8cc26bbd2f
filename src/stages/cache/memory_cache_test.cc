#include "cache/memory_cache.h"

#include <gtest/gtest.h>

#include <vector>

#include "cache/testing_entries.h"

namespace weir::cache {
namespace {

using recording::Mode;
using std::chrono::hours;
using std::chrono::seconds;
using testing_entries::answer_of;
using testing_entries::begins_with;
using testing_entries::digest_of;
using testing_entries::key_of;

constexpr Bytes kLimit = 1_MiB;
const TenantId kTenant{"tenant"};
const TenantId kOther{"other"};

class MemoryCaching : public testing::Test {
 protected:
  Entry entry(std::uint64_t prompt, std::string_view text, std::size_t size = 0, TenantId whose = kTenant) {
    EntryKey key = key_of(whose, prompt);
    std::vector<std::string> tags{"prices"};
    Covered covered = Covered::by({whose, key.canonical, "gpt-4o-mini", "chat", "", tags});
    auto answer = answer_of(budget, text, size);
    return {key, whose, covered, generations.now(), clock.now() + hours(1), answer};
  }
  Found find(std::uint64_t prompt, const TenantId& whose = kTenant) {
    return cache.find(key_of(whose, prompt), clock.now());
  }
  std::uint64_t sweep(const Selector& selector, Sweep::Purpose purpose) {
    Sweep sweep(cache, selector, purpose);
    while (sweep.step(clock.now())) {
    }
    return sweep.matched();
  }
  void fill(const TenantId& whose, std::uint64_t prompts, std::size_t size = 1000) {
    for (std::uint64_t prompt = 0; prompt < prompts; ++prompt) {
      ASSERT_EQ(cache.keep(entry(prompt, "", size, whose)), Kept::kept);
    }
  }
  std::uint64_t evictions(Reason reason) { return cache.counts().of(reason); }

  ManualClock clock;
  recording::MemoryBudget budget{kLimit};
  Generations generations;
  MemoryCache cache{budget, generations, clock.now()};
};

TEST_F(MemoryCaching, what_was_kept_is_found_until_it_expires) {
  EXPECT_EQ(cache.keep(entry(1, "hello")), Kept::kept);
  auto hit = find(1);
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->answer->body().text, "hello");
  EXPECT_EQ(hit->expires, clock.now() + hours(1));
  clock.advance(hours(1) - Duration(1));
  EXPECT_TRUE(find(1));
  clock.advance(Duration(1));
  EXPECT_EQ(find(1).error(), Miss::expired);
  EXPECT_EQ(find(1).error(), Miss::absent);
}

TEST_F(MemoryCaching, the_two_modes_of_an_answer_are_two_entries) {
  Entry whole = entry(1, "whole");
  Entry events = entry(1, "events");
  events.key.mode = Mode::events;
  cache.keep(whole);
  cache.keep(events);
  EXPECT_TRUE(begins_with(*find(1), "whole"));
  EXPECT_TRUE(begins_with(*cache.find(key_of(kTenant, 1, Mode::events), clock.now()), "events"));
}

TEST_F(MemoryCaching, an_answer_kept_beside_another_lives_and_dies_with_it) {
  ASSERT_EQ(cache.keep(entry(1, "{}")), Kept::kept);
  auto turned =
      recording::KeptAnswer::make(budget, {.mode = Mode::events}, "", std::array{std::string_view("data")});
  EXPECT_EQ(cache.keep_beside(key_of(kTenant, 1), turned), Kept::kept);
  EntryKey beside = key_of(kTenant, 1, Mode::events);
  ASSERT_TRUE(cache.find(beside, clock.now()));
  EXPECT_EQ(cache.find(beside, clock.now())->expires, find(1)->expires);
  generations.purge(Selector::tag("prices"));
  EXPECT_FALSE(cache.find(beside, clock.now()));
  EXPECT_EQ(cache.keep_beside(key_of(kTenant, 2), turned), Kept::dead) << "there is nothing beside it";
}

TEST_F(MemoryCaching, a_newer_answer_takes_the_place_of_an_older_one) {
  cache.keep(entry(1, "old"));
  std::uint64_t taken = budget.taken().count;
  cache.keep(entry(1, "new"));
  EXPECT_TRUE(begins_with(*find(1), "new"));
  EXPECT_EQ(budget.taken().count, taken);
  EXPECT_EQ(evictions(Reason::replaced), 1U);
}

TEST_F(MemoryCaching, what_was_purged_is_not_found) {
  cache.keep(entry(1, "old"));
  generations.purge(Selector::tag("prices"));
  EXPECT_EQ(find(1).error(), Miss::purged);
  EXPECT_EQ(find(1).error(), Miss::absent);
}

TEST_F(MemoryCaching, an_answer_that_was_purged_on_its_way_is_not_kept) {
  Entry on_its_way = entry(1, "old");
  generations.purge(Selector::key(on_its_way.key.canonical));
  EXPECT_EQ(cache.keep(std::move(on_its_way)), Kept::dead);
  EXPECT_EQ(find(1).error(), Miss::absent);
  EXPECT_EQ(cache.counts().dead_on_arrival, 1U);
}

TEST_F(MemoryCaching, an_answer_on_its_way_does_not_survive_a_purge_by_replacing_what_was_kept) {
  Entry on_its_way = entry(1, "old");
  generations.purge(Selector::everything());
  cache.keep(entry(1, "new"));
  cache.keep(std::move(on_its_way));
  EXPECT_TRUE(begins_with(*find(1), "new"));
}

TEST_F(MemoryCaching, what_is_removed_is_gone) {
  cache.keep(entry(1, "hello"));
  EXPECT_TRUE(cache.remove(key_of(kTenant, 1)));
  EXPECT_FALSE(cache.remove(key_of(kTenant, 1)));
  EXPECT_FALSE(find(1));
}

TEST_F(MemoryCaching, the_budget_gets_back_all_that_is_not_used_any_more) {
  fill(kTenant, 100);
  fill(kOther, 100);
  EXPECT_EQ(budget.taken().count, cache.counts().bytes);
  generations.purge(Selector::everything());
  EXPECT_EQ(sweep(Selector::everything(), Sweep::Purpose::remove), 200U);
  EXPECT_EQ(budget.taken().count, 0U);
  EXPECT_EQ(cache.tenants(), 0U);
}

TEST_F(MemoryCaching, never_takes_more_than_the_budget_and_leaves_little_of_it_unused) {
  fill(kTenant, 5'000);
  EXPECT_LE(budget.taken().count, kLimit.count);
  EXPECT_GT(budget.taken().count, kLimit.count * 95 / 100);
  EXPECT_GT(evictions(Reason::capacity), 3'000U);
}

TEST_F(MemoryCaching, gives_way_to_others_that_need_memory) {
  fill(kTenant, 5'000);
  EXPECT_TRUE(budget.take(kLimit.count / 2));
  EXPECT_LE(cache.counts().bytes, kLimit.count / 2);
  EXPECT_FALSE(budget.take(kLimit.count));
  budget.give_back(kLimit.count / 2);
}

TEST_F(MemoryCaching, an_answer_that_is_being_read_outlives_its_eviction) {
  cache.keep(entry(1, "hello"));
  auto hit = find(1);
  cache.make_room(kLimit.count);
  EXPECT_EQ(find(1).error(), Miss::absent);
  EXPECT_EQ(hit->answer->body().text, "hello");
  EXPECT_EQ(budget.taken().count, hit->answer->cost());
}

TEST_F(MemoryCaching, making_room_ends_when_readers_hold_all_there_is) {
  fill(kTenant, 500);
  std::vector<Found> readers;
  for (std::uint64_t prompt = 0; prompt < 500; ++prompt) readers.push_back(find(prompt));
  EXPECT_FALSE(budget.take(kLimit.count));
  EXPECT_EQ(cache.counts().entries, 0U);
}

TEST_F(MemoryCaching, an_answer_that_has_no_room_is_not_kept) {
  Entry late = entry(1, "hello");
  std::uint64_t rest = kLimit.count - budget.taken().count;
  ASSERT_TRUE(budget.take(rest));
  EXPECT_EQ(cache.keep(std::move(late)), Kept::no_room);
  EXPECT_EQ(cache.counts().no_room, 1U);
  budget.give_back(rest);
}

TEST_F(MemoryCaching, a_tenant_that_floods_the_cache_takes_nothing_from_one_that_holds_little) {
  fill(kOther, 100);
  fill(kTenant, 5'000);
  for (std::uint64_t prompt = 0; prompt < 100; ++prompt) EXPECT_TRUE(find(prompt, kOther)) << prompt;
}

TEST_F(MemoryCaching, what_nobody_asks_for_is_freed_soon_after_it_expires) {
  fill(kTenant, 500);
  clock.advance(hours(1) + seconds(1));
  cache.advance(clock.now());
  EXPECT_EQ(cache.counts().entries, 0U);
  EXPECT_EQ(budget.taken().count, 0U);
  EXPECT_EQ(evictions(Reason::expired), 500U);
}

TEST_F(MemoryCaching, a_dry_run_counts_what_a_purge_would_take_and_takes_nothing) {
  fill(kTenant, 300, 0);
  fill(kOther, 200, 0);
  EXPECT_EQ(sweep(Selector::tag("prices"), Sweep::Purpose::count), 500U);
  EXPECT_EQ(sweep(Selector::tag("prices").of(kOther), Sweep::Purpose::count), 200U);
  EXPECT_EQ(sweep(Selector::tag("else"), Sweep::Purpose::count), 0U);
  EXPECT_EQ(cache.counts().entries, 500U);
  clock.advance(hours(1));
  EXPECT_EQ(sweep(Selector::tag("prices"), Sweep::Purpose::count), 0U);
}

TEST_F(MemoryCaching, a_sweep_frees_what_was_purged_and_leaves_what_came_after) {
  fill(kTenant, 300, 0);
  generations.purge(Selector::model("gpt-4o-mini"));
  cache.keep(entry(1000, "new"));
  EXPECT_EQ(sweep(Selector::model("gpt-4o-mini"), Sweep::Purpose::remove), 300U);
  EXPECT_TRUE(find(1000));
  EXPECT_EQ(cache.counts().entries, 1U);
  EXPECT_EQ(evictions(Reason::purged), 300U);
}

TEST_F(MemoryCaching, a_sweep_stops_for_breath) {
  recording::MemoryBudget large{64_MiB};
  MemoryCache crowd{large, generations, clock.now()};
  for (std::uint64_t prompt = 0; prompt < 40'000; ++prompt) {
    Entry made = entry(prompt, "");
    made.answer = answer_of(large, "");
    ASSERT_EQ(crowd.keep(std::move(made)), Kept::kept);
  }
  Sweep sweep(crowd, Selector::everything(), Sweep::Purpose::count);
  std::uint64_t most = 0;
  for (bool more = true; more;) {
    std::uint64_t before = sweep.matched();
    more = sweep.step(clock.now());
    most = std::max(most, sweep.matched() - before);
  }
  EXPECT_EQ(sweep.matched(), 40'000U);
  EXPECT_LE(most, Shard::kSlice);
}

TEST_F(MemoryCaching, an_alias_leads_to_the_key_it_was_noted_for) {
  Digest canonical = digest_of(kTenant, 1);
  cache.note_alias(digest_of(kTenant, 100), canonical);
  EXPECT_EQ(cache.find_alias(digest_of(kTenant, 100)), canonical);
  EXPECT_FALSE(cache.find_alias(digest_of(kTenant, 101)));
  canonical = digest_of(kTenant, 2);
  cache.note_alias(digest_of(kTenant, 100), canonical);
  EXPECT_EQ(cache.find_alias(digest_of(kTenant, 100)), canonical);
  EXPECT_EQ(cache.counts().aliases, 1U);
}

TEST_F(MemoryCaching, aliases_take_at_most_their_part_of_the_budget_and_the_oldest_go_first) {
  for (std::uint64_t raw = 0; raw < 20'000; ++raw) cache.note_alias(digest_of(kTenant, raw), {});
  EXPECT_LE(budget.taken().count, kLimit.count / MemoryCache::kAliasesPart);
  EXPECT_GT(budget.taken().count, kLimit.count / MemoryCache::kAliasesPart / 2);
  EXPECT_FALSE(cache.find_alias(digest_of(kTenant, 0)));
  EXPECT_TRUE(cache.find_alias(digest_of(kTenant, 19'999)));
}

TEST_F(MemoryCaching, aliases_give_way_when_nothing_else_can) {
  cache.note_alias(digest_of(kTenant, 1), {});
  ASSERT_TRUE(budget.take(kLimit.count));
  EXPECT_FALSE(cache.find_alias(digest_of(kTenant, 1)));
  budget.give_back(kLimit.count);
}

TEST_F(MemoryCaching, every_look_up_is_counted_by_what_it_came_to) {
  cache.keep(entry(1, "hello"));
  EXPECT_TRUE(find(1));
  EXPECT_TRUE(find(1));
  EXPECT_FALSE(find(2));
  generations.purge(Selector::everything());
  EXPECT_FALSE(find(1));
  cache.keep(entry(3, "hello"));
  clock.advance(hours(1));
  EXPECT_FALSE(find(3));
  Counts counts = cache.counts();
  EXPECT_EQ(counts.of(Lookup::hit), 2U);
  EXPECT_EQ(counts.of(Lookup::miss), 1U);
  EXPECT_EQ(counts.of(Lookup::purged), 1U);
  EXPECT_EQ(counts.of(Lookup::stale), 1U);
}

}  // namespace
}  // namespace weir::cache
