// Choosing allocates nothing. This program's own operator new counts; ThreadSanitizer brings one that can't
// be replaced, so nothing is counted there.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "routing/testing_house.h"

namespace {
std::uint64_t allocations = 0;
}

#if !__has_feature(thread_sanitizer)
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace weir::routing {
namespace {

TEST(Choosing, allocates_nothing) {
  testing_house::House house;
  auto route = house.route();
  Random random(1);
  std::array<std::uint16_t, 2> tried{0, 2};
  auto ready = [](std::uint32_t) { return Standing{}; };
  auto broken = [](std::uint32_t) { return Standing{.state = Standing::State::broken}; };

  auto before = allocations;
  auto first = route.choose({}, random, ready);
  auto sticky = route.choose({.sticky = 7}, random, ready);
  auto retry = route.choose({.tried = tried, .about = Route::Wish::About::key}, random, ready);
  auto none = route.choose({}, random, broken);
  auto why = route.why(broken);
  EXPECT_EQ(allocations, before);

#if !__has_feature(thread_sanitizer)
  EXPECT_GT(before, 0U) << "the house was built without being counted";
#endif
  EXPECT_TRUE(first && sticky && retry && !none);
  EXPECT_EQ(why.state, Standing::State::broken);
}

}  // namespace
}  // namespace weir::routing
