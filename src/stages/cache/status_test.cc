#include "cache/status.h"

#include <gtest/gtest.h>

#include <array>

namespace weir::cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint kExpires{minutes(60)};
constexpr WallTime kMade{minutes(1'000'000)};

// An answer that was made an hour before it expires.
class Status : public testing::Test {
 protected:
  Served served() {
    std::array<std::string_view, 1> body{"{}"};
    recording::AnswerFacts facts{.made = kMade, .cost = NanoDollars{125'000}};
    return {recording::KeptAnswer::make(memory, facts, "", body), kExpires};
  }
  std::string stale_lines(Duration after) {
    http::HeaderLines lines;
    add_stale_lines(plan, served(), kExpires + after,
                    kMade + minutes(60) + std::chrono::duration_cast<milliseconds>(after), lines);
    return std::string(lines.text());
  }
  std::string hit_lines(Duration before) {
    http::HeaderLines lines;
    add_hit_lines(plan, served(), kExpires - before,
                  kMade + minutes(60) - std::chrono::duration_cast<milliseconds>(before), lines);
    return std::string(lines.text());
  }

  recording::MemoryBudget memory{1_MiB};
  Plan plan;
  std::string rest = "x-weir-cache-key: " + std::string(64, '0') + "\r\nx-weir-saved-usd: 0.000125\r\n";
};

TEST_F(Status, a_hit_tells_how_long_it_stays_fresh_and_how_old_it_is) {
  EXPECT_EQ(hit_lines(seconds(30)), "cache-status: weir; hit; ttl=30; detail=memory\r\nage: 3570\r\n" + rest);
  EXPECT_TRUE(hit_lines(milliseconds(-1)).starts_with("cache-status: weir; hit; ttl=0; detail=memory\r\n"))
      << "it was fresh when it was found";
}

TEST_F(Status, a_stale_answer_tells_how_long_ago_it_expired) {
  EXPECT_EQ(stale_lines(seconds(30)),
            "cache-status: weir; hit; ttl=-30; detail=stale-if-error\r\nage: 3630\r\n" + rest);
  EXPECT_TRUE(stale_lines(milliseconds(1)).starts_with("cache-status: weir; hit; ttl=-1;"));
}

TEST_F(Status, a_fresh_one_that_was_found_among_stale_ones_is_a_hit_like_any_other) {
  EXPECT_EQ(stale_lines(-seconds(30)), hit_lines(seconds(30)));
}

TEST_F(Status, what_a_stream_saved_is_not_told_with_it) {
  plan.mode = recording::Mode::events;
  EXPECT_EQ(stale_lines(seconds(1)).find("x-weir-saved-usd"), std::string::npos);
}

}  // namespace
}  // namespace weir::cache
