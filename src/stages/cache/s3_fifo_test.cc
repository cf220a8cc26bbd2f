#include "cache/s3_fifo.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <unordered_map>
#include <vector>

#include "base/random.h"

namespace weir::cache {
namespace {

// Other orders to compare with: as they came, and as they were last used.
class Fifo final : public Eviction {
 public:
  static std::unique_ptr<Eviction> make() { return std::make_unique<Fifo>(); }
  void insert(Evictable& entry) override { queue_.push_back(entry); }
  void hit(Evictable&) override {}
  void remove(Evictable& entry) override { entry.unlink(); }
  Evictable* victim() override { return queue_.empty() ? nullptr : &queue_.pop_front(); }

 private:
  IntrusiveList<Evictable> queue_;
};

class Lru final : public Eviction {
 public:
  static std::unique_ptr<Eviction> make() { return std::make_unique<Lru>(); }
  void insert(Evictable& entry) override { queue_.push_back(entry); }
  void hit(Evictable& entry) override { queue_.push_back(entry); }
  void remove(Evictable& entry) override { entry.unlink(); }
  Evictable* victim() override { return queue_.empty() ? nullptr : &queue_.pop_front(); }

 private:
  IntrusiveList<Evictable> queue_;
};

// A cache of so many bytes that knows nothing but its order.
class Cache {
 public:
  Cache(EvictionFactory make, std::uint64_t capacity) : order_(make()), capacity_(capacity) {}

  // Whether `key` was there; it is now.
  bool ask(std::uint32_t key, std::uint64_t bytes = 1) {
    if (auto at = entries_.find(key); at != entries_.end()) {
      order_->hit(at->second);
      return true;
    }
    while (held_ + bytes > capacity_) evict();
    Stored& entry = entries_[key];
    entry.key = key;
    entry.bytes = bytes;
    entry.fingerprint = key * 0x9e3779b9;
    order_->insert(entry);
    held_ += bytes;
    return false;
  }
  bool holds(std::uint32_t key) const { return entries_.contains(key); }
  std::uint64_t held() const { return held_; }
  void remove(std::uint32_t key) {
    auto at = entries_.find(key);
    held_ -= at->second.bytes;
    order_->remove(at->second);
    entries_.erase(at);
  }

 private:
  void evict() {
    Evictable* victim = order_->victim();
    ASSERT_NE(victim, nullptr);
    held_ -= victim->bytes;
    entries_.erase(static_cast<Stored*>(victim)->key);
  }
  struct Stored : Evictable {
    std::uint32_t key = 0;
  };
  std::unique_ptr<Eviction> order_;
  std::uint64_t capacity_;
  std::uint64_t held_ = 0;
  std::unordered_map<std::uint32_t, Stored> entries_;
};

TEST(S3Fifo, what_is_asked_for_once_goes_before_what_is_asked_for_often) {
  Cache cache(S3Fifo::make, 100);
  for (int round = 0; round < 4; ++round) {
    for (std::uint32_t key = 0; key < 50; ++key) cache.ask(key);
  }
  for (std::uint32_t key = 1000; key < 2000; ++key) cache.ask(key);
  for (std::uint32_t key = 0; key < 50; ++key) EXPECT_TRUE(cache.holds(key)) << key;
}

TEST(S3Fifo, what_comes_back_soon_after_it_was_evicted_stays) {
  Cache cache(S3Fifo::make, 100);
  for (std::uint32_t key = 1; key <= 110; ++key) cache.ask(key);
  ASSERT_FALSE(cache.holds(5));
  cache.ask(5);
  for (std::uint32_t key = 1000; key < 1300; ++key) cache.ask(key);
  EXPECT_TRUE(cache.holds(5));
}

TEST(S3Fifo, what_was_loved_once_goes_in_the_end) {
  Cache cache(S3Fifo::make, 100);
  for (int round = 0; round < 9; ++round) cache.ask(7);
  // New ones that are asked for three times push it round the main queue until nothing is left of its hits.
  for (std::uint32_t key = 1000; key < 3000; ++key) {
    for (int round = 0; round < 3; ++round) cache.ask(key);
  }
  EXPECT_FALSE(cache.holds(7));
}

TEST(S3Fifo, gives_all_it_holds_and_then_nobody) {
  auto order = S3Fifo::make();
  std::array<Evictable, 20> entries;
  for (auto& entry : entries) {
    entry.bytes = 10;
    order->insert(entry);
  }
  for (int round = 0; round < 5; ++round) order->hit(entries[3]);
  for (std::size_t i = 0; i < entries.size(); ++i) ASSERT_NE(order->victim(), nullptr);
  EXPECT_EQ(order->victim(), nullptr);
}

TEST(S3Fifo, keeps_its_count_through_entries_that_leave_on_their_own) {
  Random random(1);
  Cache cache(S3Fifo::make, 5'000);
  for (int i = 0; i < 100'000; ++i) {
    auto key = static_cast<std::uint32_t>(random.below(300));
    if (cache.holds(key) && random.below(3) == 0) {
      cache.remove(key);
    } else {
      cache.ask(key, 1 + random.below(100));
    }
    ASSERT_LE(cache.held(), 5'000U);
  }
}

// Keys drawn by Zipf's law, as popular things are.
class Zipf {
 public:
  Zipf(std::uint32_t keys, double skew) {
    double sum = 0;
    for (std::uint32_t key = 1; key <= keys; ++key) sums_.push_back(sum += std::pow(key, -skew));
  }
  std::uint32_t draw(Random& random) const {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(sums_, random.unit() * sums_.back()) -
                                      sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

// A fifth of the calls are for something that nobody asks for again.
double hit_ratio(EvictionFactory make, const Zipf& zipf) {
  Random random(7);
  Cache cache(make, 500);
  std::uint32_t once = 1'000'000;
  int hits = 0;
  constexpr int kCalls = 100'000;
  for (int i = 0; i < kCalls; ++i)
    hits += cache.ask(random.below(5) == 0 ? ++once : zipf.draw(random)) ? 1 : 0;
  return static_cast<double>(hits) / kCalls;
}

TEST(S3Fifo, hits_more_often_than_fifo_and_lru_where_much_is_asked_for_once) {
  for (double skew : {0.8, 1.0, 1.2}) {
    Zipf zipf(10'000, skew);
    double fifo = hit_ratio(Fifo::make, zipf);
    double lru = hit_ratio(Lru::make, zipf);
    double s3 = hit_ratio(S3Fifo::make, zipf);
    std::printf("Zipf %.1f: hits of FIFO %.1f %%, LRU %.1f %%, S3-FIFO %.1f %%\n", skew, fifo * 100,
                lru * 100, s3 * 100);
    EXPECT_GT(s3, fifo);
    EXPECT_GT(s3, lru);
  }
}

}  // namespace
}  // namespace weir::cache
