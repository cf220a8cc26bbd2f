// Nothing crosses tenants, and none of them takes another's share.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "cache/memory_cache.h"
#include "cache/testing_entries.h"

namespace weir::cache {
namespace {

using testing_entries::answer_of;
using testing_entries::digest_of;
using testing_entries::key_of;
using testing_entries::tenant;

constexpr TimePoint kNow{};

Entry entry_of(recording::MemoryBudget& budget, const TenantId& whose, std::uint64_t prompt,
               std::size_t size = 0) {
  EntryKey key = key_of(whose, prompt);
  return {key,
          whose,
          Covered::by({whose, key.canonical, "m", "", "", {}}),
          {},
          TimePoint::max(),
          answer_of(budget, whose.value, size)};
}

TEST(MemoryCacheTenants, a_million_questions_of_others_find_nothing) {
  constexpr std::uint64_t kTenants = 100;
  constexpr std::uint64_t kPrompts = 1000;
  recording::MemoryBudget budget(64_MiB);
  Generations generations;
  MemoryCache cache(budget, generations, kNow);
  for (std::uint64_t prompt = 0; prompt < kPrompts; ++prompt) {
    TenantId owner = tenant(prompt % kTenants);
    ASSERT_EQ(cache.keep(entry_of(budget, owner, prompt)), Kept::kept);
    cache.note_alias(digest_of(owner, prompt + kPrompts), {key_of(owner, prompt).canonical});
  }
  int found = 0;
  int probes = 0;
  for (std::uint64_t round = 0; probes < 1'000'000; ++round) {
    TenantId prober = tenant(round % (10 * kTenants));
    std::uint64_t prompt = round / (10 * kTenants);
    if (prober == tenant(prompt % kTenants)) continue;
    ++probes;
    found += cache.find(key_of(prober, prompt % kPrompts), kNow) ? 1 : 0;
    found += cache.find_alias(digest_of(prober, prompt % kPrompts + kPrompts)) ? 1 : 0;
  }
  EXPECT_EQ(found, 0);
  for (std::uint64_t prompt = 0; prompt < kPrompts; ++prompt) {
    EXPECT_TRUE(cache.find(key_of(tenant(prompt % kTenants), prompt), kNow));
  }
}

class Shared {
 public:
  explicit Shared(std::uint64_t seed) : random_(seed) {}

  // One tenant keeps one answer; who held less than a share before has lost nothing.
  void keep() {
    // The first tenant asks half the time, the second half of the rest, and so on.
    std::uint64_t who = 0;
    while (who + 1 < kTenants && random_.below(2) == 0) ++who;
    auto before = held();
    Entry entry = entry_of(budget_, tenant(who), random_.below(100'000), drawn_size(who));
    std::uint64_t most_added = entry.answer->cost() + Shard::most_cost(entry);
    cache_.keep(std::move(entry));
    auto after = held();
    // Who keeps may lose some of its own for it, so what all hold afterwards tells what was left when the
    // last one gave way.
    std::uint64_t total = std::accumulate(after.begin(), after.end(), std::uint64_t{0});
    std::uint64_t left = total - std::min(total, most_added);
    std::uint64_t share = left / static_cast<std::uint64_t>(holders(before));
    for (std::uint64_t i = 0; i < kTenants; ++i) {
      if (i == who || before[i] >= share) continue;
      ASSERT_EQ(after[i], before[i]) << "tenant " << i << " held less than its share of " << share;
      ++spared_;
    }
  }
  int spared() const { return spared_; }
  std::uint64_t evicted() const { return cache_.counts().of(Reason::capacity); }

 private:
  static constexpr std::uint64_t kTenants = 8;
  using Held = std::array<std::uint64_t, kTenants>;

  // Some have few large answers, so that they stand out where they happen to lie.
  std::size_t drawn_size(std::uint64_t who) {
    return who % 3 == 2 ? 8'000 + random_.below(8'000) : random_.below(2'000);
  }
  Held held() const {
    Held held{};
    for (std::uint64_t i = 0; i < kTenants; ++i) held[i] = cache_.held_by(tenant(i)).count;
    return held;
  }
  static std::ptrdiff_t holders(const Held& held) {
    return std::max<std::ptrdiff_t>(1, std::ranges::count_if(held, [](auto bytes) { return bytes > 0; }));
  }

  Random random_;
  recording::MemoryBudget budget_{512_KiB};
  Generations generations_;
  MemoryCache cache_{budget_, generations_, kNow};
  int spared_ = 0;
};

TEST(MemoryCacheTenants, nobody_below_its_share_loses_an_entry_to_another) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Shared shared(seed);
    for (int i = 0; i < 5'000; ++i) ASSERT_NO_FATAL_FAILURE(shared.keep()) << "seed " << seed << " at " << i;
    EXPECT_GT(shared.spared(), 5'000);
    EXPECT_GT(shared.evicted(), 1'000U);
  }
}

}  // namespace
}  // namespace weir::cache
