// The budget is true: what a full cache is said to take is what the process has grown by.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "cache/allocator.h"
#include "cache/memory_cache.h"
#include "cache/testing_entries.h"

namespace weir::cache {
namespace {

using testing_entries::answer_of;
using testing_entries::key_of;
using testing_entries::tenant;

constexpr Bytes kCapacity = 256_MiB;
constexpr std::uint64_t kThreads = 4;
constexpr double kMostApart = 0.10;

// Sanitizers keep what is freed, and pad what is not; there is nothing to measure.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double all = 0;
  double resident = 0;
  statm >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// Keeps answers of 0.2 to 64 KiB until all threads together have kept three times the capacity.
void churn(MemoryCache& cache, recording::MemoryBudget& budget, std::atomic<std::uint64_t>& kept,
           std::uint64_t seed) {
  Random random(seed);
  while (kept < 3 * kCapacity.count) {
    TenantId whose = tenant(random.below(8));
    EntryKey key = key_of(whose, random.next());
    auto answer = answer_of(budget, whose.value, 200 + random.below(64 * 1024 - 200));
    if (!answer) continue;
    kept += answer->cost();
    Covered covered = Covered::by({whose, key.canonical, "gpt-4o-mini", "chat", "", {}});
    cache.keep({key, whose, covered, {}, TimePoint::max(), answer});
  }
}

// How much more the process has grown than was counted, as a part of it.
double measured_error() {
  recording::MemoryBudget budget(kCapacity);
  Generations generations;
  MemoryCache cache(budget, generations, TimePoint{});
  std::atomic<std::uint64_t> kept = 0;
  double idle = resident_bytes();
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t seed = 1; seed <= kThreads; ++seed) {
      threads.emplace_back([&, seed] { churn(cache, budget, kept, seed); });
    }
  }
  double full = resident_bytes();
  auto counted = static_cast<double>(budget.taken().count);
  std::fprintf(stderr, "counted %.1f MiB, grown by %.1f MiB\n", counted / (1 << 20),
               (full - idle) / (1 << 20));
  return (full - idle) / counted - 1;
}

// In a process of its own, whose memory nobody has used before.
TEST(MemoryCacheSize, a_full_cache_takes_what_it_is_said_to_take) {
  if (kSanitized) return;
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto measure = [] {
    settle_allocator();
    std::exit(std::abs(measured_error()) <= kMostApart ? 0 : 1);
  };
  EXPECT_EXIT(measure(), testing::ExitedWithCode(0), "grown by");
}

}  // namespace
}  // namespace weir::cache
