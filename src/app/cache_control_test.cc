#include "app/cache_control.h"

#include <gtest/gtest.h>

namespace weir::app {
namespace {

TEST(CacheControl, a_look_up_that_found_only_an_expired_answer_is_told_as_stale) {
  ManualClock clock;
  Loop loop(clock);
  recording::MemoryBudget memory(64_MiB);
  cache::Cache cache(memory, cache::Secret{7}, clock);
  CacheControl control(loop, cache, memory, [](const auto&) {});
  const cache::EntryKey key{Digest{}, recording::Mode::whole};
  std::array<std::string_view, 1> body{"{}"};
  ASSERT_EQ(cache.memory().keep({.key = key,
                                 .tenant = {"acme"},
                                 .covered = {},
                                 .begun = cache.generation(),
                                 .expires = clock.now() + std::chrono::minutes(1),
                                 .answer = recording::KeptAnswer::make(memory, {}, "", body)}),
            cache::Kept::kept);
  EXPECT_TRUE(cache.memory().find(key, clock.now()));
  EXPECT_EQ(control.figures().front().stale, 0U);

  clock.advance(std::chrono::minutes(2));
  EXPECT_FALSE(cache.memory().find(key, clock.now()));
  EXPECT_EQ(control.figures().front().stale, 1U);
}

}  // namespace
}  // namespace weir::app
