#include "admin/metrics.h"

#include <gtest/gtest.h>

#include <condition_variable>

namespace weir::admin {
namespace {

// Counts what comes, and waits for it.
class Tally {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

TEST(MetricsPress, those_who_ask_while_a_page_is_written_share_it) {
  Tally begun;
  Tally may_end;
  Tally taken;
  std::atomic<int> pages = 0;
  runtime::WorkPool pool(1);  // which does one thing after the other
  MetricsPress press(pool, [&] {
    begun.add();
    may_end.wait_for(1);
    return fmt::format("page {}", ++pages);
  });
  std::array<std::string, 3> got;
  auto ask = [&](std::size_t who) {
    EXPECT_TRUE(press.ask([&, who](const MetricsPress::Page& page) {
      got[who] = *page;
      taken.add();
    }));
  };
  ask(0);
  begun.wait_for(1);
  ask(1);
  may_end.add();
  taken.wait_for(2);
  ask(2);
  taken.wait_for(3);
  Tally all_done;
  ASSERT_TRUE(pool.submit([&] { all_done.add(); }));
  all_done.wait_for(1);
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(got, (std::array<std::string, 3>{"page 1", "page 1", "page 2"}));
}

TEST(MetricsPress, says_so_where_the_pool_has_no_room) {
  Tally may_end;
  runtime::WorkPool pool(1);
  MetricsPress press(pool, [] { return std::string(); });
  Tally busy;
  auto block = [&] {
    busy.add();
    may_end.wait_for(1);
  };
  ASSERT_TRUE(pool.submit(block));
  busy.wait_for(1);
  while (pool.submit([] {})) continue;
  EXPECT_FALSE(press.ask([](const MetricsPress::Page&) {}));
  may_end.add();
}

}  // namespace
}  // namespace weir::admin
