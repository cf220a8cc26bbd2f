#include "runtime/loop.h"

#include <gtest/gtest.h>

namespace weir::runtime {
namespace {

using std::chrono::milliseconds;

TEST(Loop, tells_how_long_a_turn_kept_everything_else_waiting) {
  ManualClock clock;
  Loop loop(clock);
  std::vector<Duration> turns;
  loop.on_turn([&](Duration turn) { turns.push_back(turn); });
  loop.post([&] {
    clock.advance(milliseconds(20));  // a callback that takes its time
    loop.post([&] { loop.stop(); });
  });
  loop.post([&] { clock.advance(milliseconds(10)); });
  loop.run();
  EXPECT_EQ(turns, (std::vector<Duration>{milliseconds(0), milliseconds(30)}));
}

TEST(Loop, the_time_it_waits_for_news_is_no_turn) {
  ManualClock clock;
  Loop loop(clock);
  Duration longest{};
  loop.on_turn([&](Duration turn) {
    longest = std::max(longest, turn);
    clock.advance(std::chrono::seconds(1));  // while it waits, which begins now
  });
  loop.post([&] { loop.post([&] { loop.stop(); }); });
  loop.run();
  EXPECT_EQ(longest, Duration(0));
}

}  // namespace
}  // namespace weir::runtime
