// The memory cache under many threads: purges against answers on their way, and everything at once.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "cache/memory_cache.h"
#include "cache/testing_entries.h"

namespace weir::cache {
namespace {

using testing_entries::answer_of;
using testing_entries::begins_with;
using testing_entries::digest_of;
using testing_entries::key_of;
using testing_entries::tenant;

constexpr TimePoint kNow{std::chrono::hours(1)};

Entry entry_of(recording::MemoryBudget& budget, const Generations& generations, std::uint64_t who,
               std::uint64_t prompt, std::string_view text, std::size_t size = 0) {
  TenantId whose = tenant(who);
  EntryKey key = key_of(whose, prompt);
  std::vector<std::string> tags{std::to_string(prompt % 3)};
  Generation begun = generations.now();
  return {key,
          whose,
          Covered::by({whose, key.canonical, "m", "", "", tags}),
          begun,
          TimePoint::max(),
          answer_of(budget, text, size)};
}

// The truth changes, then what was known of it is purged: from then on nobody may be told the old truth,
// however many askers are on their way with it.
TEST(MemoryCacheThreads, no_answer_on_its_way_survives_a_purge) {
  constexpr int kRounds = 1000;
  recording::MemoryBudget budget(4_MiB);
  Generations generations;
  MemoryCache cache(budget, generations, kNow);
  std::atomic<int> truth = 0;
  std::atomic<std::uint64_t> answered = 0;
  std::jthread writer([&](std::stop_token stop) {
    while (!stop.stop_requested()) {
      Entry entry = entry_of(budget, generations, 1, 1, "");  // its flight opens, and then it asks
      std::string answer = std::to_string(truth.load()) + ";";
      entry.answer = answer_of(budget, answer);
      ++answered;
      cache.keep(std::move(entry));
    }
  });
  auto wait_for_answers = [&](std::uint64_t more) {
    for (std::uint64_t last = answered + more; answered < last;) std::this_thread::yield();
  };
  for (int round = 1; round <= kRounds; ++round) {
    wait_for_answers(1);  // the writer has the old truth, and is about to keep it
    Entry late = entry_of(budget, generations, 1, 1, std::to_string(round - 1) + ";");
    truth = round;
    generations.purge(round % 2 == 0 ? Selector::everything() : Selector::tag("1").of(tenant(1)));
    std::string new_truth = std::to_string(round) + ";";
    for (int look = 0; look < 20; ++look) {
      Found found = cache.find(key_of(tenant(1), 1), kNow);
      if (found) ASSERT_TRUE(begins_with(*found, new_truth)) << found->answer->body().text;
      if (look == 10) ASSERT_EQ(cache.keep(late), Kept::dead);
    }
    // The first may have been on its way; the second was not, and is kept when the third has come.
    wait_for_answers(3);
    Found found = cache.find(key_of(tenant(1), 1), kNow);
    ASSERT_TRUE(found);
    ASSERT_TRUE(begins_with(*found, new_truth)) << found->answer->body().text;
  }
}

// Everything that can be done at once, each answer telling whose it is.
class Crowd {
 public:
  explicit Crowd(Bytes limit) : budget_(limit) {}
  ~Crowd() {
    cache_.reset();
    EXPECT_EQ(budget_.taken().count, 0U);
  }

  void play(std::uint64_t seed, int steps) {
    Random random(seed);
    for (int i = 0; i < steps; ++i) step(random);
  }
  int hits() const { return hits_; }
  int stale() const { return stale_; }
  int wrong() const { return wrong_; }
  Counts counts() const { return cache_->counts(); }
  const recording::MemoryBudget& budget() const { return budget_; }

 private:
  void step(Random& random) {
    std::uint64_t who = random.below(4);
    std::uint64_t prompt = random.below(300);
    std::string text = tenant(who).value + " " + std::to_string(prompt) + ";";
    TimePoint now = kNow + std::chrono::milliseconds(ticks_.fetch_add(1));
    switch (random.below(100)) {
      case 0:
        generations_.purge(Selector::tag(std::to_string(random.below(3))).of(tenant(who)));
        return;
      case 1:
        return sweep(now);
      case 2:
        return advance(now);
      case 3:
        cache_->remove(key_of(tenant(who), prompt));
        return;
      case 4:
        cache_->make_room(random.below(20'000));
        return;
      case 5:
        cache_->note_alias(digest_of(tenant(who), prompt), {digest_of(tenant(who), prompt)});
        return;
      case 6:
        return find_alias(digest_of(tenant(who), prompt));
      default:
        break;
    }
    Found found = cache_->find(key_of(tenant(who), prompt), now);
    if (found) {
      ++hits_;
      if (!begins_with(*found, text)) ++wrong_;
      return;
    }
    find_stale(key_of(tenant(who), prompt), text, now);
    Entry entry = entry_of(budget_, generations_, who, prompt, text, random.below(4'000));
    entry.expires = now + std::chrono::milliseconds(random.below(20'000));
    entry.stale_for = std::chrono::milliseconds(random.below(20'000));
    if (entry.answer) cache_->keep(std::move(entry));
  }
  void sweep(TimePoint now) {
    Sweep sweep(*cache_, Selector::everything(), Sweep::Purpose::remove);
    while (sweep.step(now)) {
    }
  }
  void find_stale(const EntryKey& key, std::string_view text, TimePoint now) {
    auto found = cache_->find_stale(key, now);
    if (!found) return;
    if (found->expires <= now) ++stale_;
    if (!begins_with(*found, text)) ++wrong_;
  }
  // A loop's clock doesn't go back.
  void advance(TimePoint now) {
    std::lock_guard lock(advancing_);
    last_ = std::max(last_, now);
    cache_->advance(last_);
  }
  void find_alias(const Digest& raw) {
    auto found = cache_->find_alias(raw);
    if (found && *found != raw) ++wrong_;
  }

  recording::MemoryBudget budget_;
  Generations generations_;
  std::unique_ptr<MemoryCache> cache_ = std::make_unique<MemoryCache>(budget_, generations_, kNow);
  std::atomic<std::int64_t> ticks_ = 0;
  std::atomic<int> hits_ = 0;
  std::atomic<int> stale_ = 0;
  std::atomic<int> wrong_ = 0;
  std::mutex advancing_;
  TimePoint last_ = kNow;
};

TEST(MemoryCacheThreads, everybody_gets_their_own_answers_while_everything_happens_at_once) {
  Crowd crowd(512_KiB);
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t seed = 1; seed <= 4; ++seed)
      threads.emplace_back([&, seed] { crowd.play(seed, 20'000); });
  }
  Counts counts = crowd.counts();
  EXPECT_EQ(crowd.wrong(), 0);
  EXPECT_GT(crowd.hits(), 1'000);
  EXPECT_GT(crowd.stale(), 10);
  EXPECT_GT(counts.of(Reason::capacity), 100U);
  EXPECT_GT(counts.of(Reason::purged), 100U);
  EXPECT_GT(counts.of(Reason::expired), 100U);
  EXPECT_EQ(crowd.budget().taken().count, counts.bytes);
}

}  // namespace
}  // namespace weir::cache
