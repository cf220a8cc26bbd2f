// What was given back is lent again, and not too much of it is kept.
#include "http/lent_memory.h"

#include <gtest/gtest.h>
#include <sanitizer/asan_interface.h>

#include <thread>
#include <vector>

namespace weir::http {
namespace {

constexpr std::size_t kLarge = 200'000;

// Each test in a thread of its own, which keeps nothing yet.
void on_a_fresh_thread(const std::function<void()>& test) { std::jthread(test).join(); }

void lend(std::size_t pieces, std::size_t size) {
  std::vector<LentMemory> lent;
  for (std::size_t i = 0; i < pieces; ++i) lent.push_back(LentMemory::at_least(size));
}

TEST(LentMemory, that_is_given_back_is_lent_again) {
  on_a_fresh_thread([] {
    char* first = LentMemory::at_least(kLarge).bytes();
    EXPECT_EQ(LentMemory::spare(), 256_KiB);
    auto again = LentMemory::at_least(kLarge + 1'000);
    EXPECT_EQ(again.bytes(), first);
    EXPECT_EQ(LentMemory::spare(), 0_B);
  });
}

TEST(LentMemory, has_room_for_what_was_asked_and_the_padding) {
  on_a_fresh_thread([] {
    for (std::size_t size : {1UZ, LentMemory::kSmallest, LentMemory::kSmallest + 1, 3'000'000UZ}) {
      auto memory = LentMemory::at_least(size);
      EXPECT_GE(memory.size(), size);
      std::fill_n(memory.bytes(), memory.size() + kPadding, 'x');
    }
  });
}

TEST(LentMemory, that_ends_on_another_thread_is_kept_by_that_one) {
  auto memory = LentMemory::at_least(kLarge);
  on_a_fresh_thread([&] {
    {
      auto ended = std::move(memory);
    }
    EXPECT_EQ(LentMemory::spare(), 256_KiB);
  });
}

TEST(LentMemory, is_kept_up_to_a_bound) {
  on_a_fresh_thread([] {
    lend(1'000, kLarge);
    EXPECT_EQ(LentMemory::spare(), LentMemory::kMostSpare);
  });
  on_a_fresh_thread([] {
    lend(1'000, LentMemory::kSmallest);
    EXPECT_EQ(LentMemory::spare(), 1_MiB)
        << "small memory is cheap, and connections by the thousand have some";
  });
}

TEST(LentMemory, of_sizes_that_are_no_longer_used_makes_room_for_those_that_are) {
  on_a_fresh_thread([] {
    lend(8, LentMemory::kLargest);
    EXPECT_EQ(LentMemory::spare(), LentMemory::kMostSpare);
    lend(1, kLarge);
    const Bytes kept = LentMemory::spare();
    EXPECT_LE(kept, LentMemory::kMostSpare);
    auto again = LentMemory::at_least(kLarge);
    EXPECT_EQ(kept.count - LentMemory::spare().count, (256_KiB).count);
  });
}

TEST(LentMemory, that_is_very_large_or_neither_small_nor_large_or_made_to_measure_is_not_kept) {
  on_a_fresh_thread([] {
    lend(1, LentMemory::kLargest + 1);
    lend(1, LentMemory::kSmallest + 1);
    {
      auto exact = LentMemory::exactly(kLarge);
    }
    EXPECT_EQ(LentMemory::spare(), 0_B);
  });
}

#if __has_feature(address_sanitizer)
TEST(LentMemory, that_is_not_lent_may_not_be_touched) {
  on_a_fresh_thread([] {
    char* kept = LentMemory::at_least(kLarge).bytes();
    EXPECT_TRUE(__asan_address_is_poisoned(kept));
    auto again = LentMemory::at_least(kLarge);
    EXPECT_FALSE(__asan_address_is_poisoned(again.bytes() + again.size() + kPadding - 1));
  });
}
#endif

}  // namespace
}  // namespace weir::http
