#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <thread>
#include <vector>

#include "base/random.h"
#include "load/admission.h"

namespace weir::load {
namespace {

constexpr std::uint32_t kPlaces = 24;
constexpr int kThreads = 4;
constexpr int kCalls = 20'000;  // of each thread

// What a loop does, faster: calls of several tenants that begin and end in any order.
class Crowd {
 public:
  void run(std::uint64_t seed) {
    Random random(seed);
    std::deque<Admission::Place> places;
    for (int i = 0; i < kCalls; ++i) {
      if (auto place = admission_.enter({"tenant " + std::to_string(random.below(6))})) {
        if (under_way_.fetch_add(1) >= kPlaces) too_many_ = true;
        places.push_back(*std::move(place));
        ++let_in_;
      }
      if (random.below(10) < 4) leave(places, 1);
      if (random.below(50) == 0) leave(places, places.size());
    }
    leave(places, places.size());
  }

  void leave(std::deque<Admission::Place>& places, std::size_t count) {
    for (; count > 0 && !places.empty(); --count) {
      --under_way_;
      places.pop_front();
    }
  }

  void check() const {
    EXPECT_FALSE(too_many_);
    EXPECT_EQ(admission_.taken(), 0U);
    EXPECT_EQ(admission_.tenants(), 0U);
    std::uint64_t refused = admission_.refused(Refusal::full) + admission_.refused(Refusal::share);
    EXPECT_EQ(let_in_ + refused, kThreads * kCalls);
    EXPECT_GT(refused, 0U) << "it was never full: this tells nothing";
  }

 private:
  Admission admission_{kPlaces};
  std::atomic<std::uint32_t> under_way_ = 0;
  std::atomic<std::uint64_t> let_in_ = 0;
  std::atomic<bool> too_many_ = false;
};

TEST(AdmissionThreads, all_together_never_have_more_places_than_there_are) {
  Crowd crowd;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&crowd, i] { crowd.run(static_cast<std::uint64_t>(i)); });
    }
  }
  crowd.check();
}

}  // namespace
}  // namespace weir::load
