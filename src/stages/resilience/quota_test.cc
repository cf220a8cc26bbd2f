#include "resilience/quota.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "resilience/reset_time.h"

namespace weir::resilience {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// 2025-07-29T09:59:30Z
constexpr WallTime kWall =
    std::chrono::sys_days{std::chrono::year(2025) / 7 / 29} + hours(9) + minutes(59) + seconds(30);
constexpr TimePoint kNow{hours(1)};

http::Headers headers_of(std::initializer_list<http::Header> lines) {
  http::Headers headers;
  for (const auto& line : lines) headers.add(line.name, line.value);
  return headers;
}

void expect_reading(const http::Headers& headers, double left, Duration reset) {
  auto reading = read_quota(headers, kWall);
  ASSERT_TRUE(reading);
  EXPECT_NEAR(reading->left, left, 1e-9);
  EXPECT_EQ(reading->reset, reset);
}

// The headers of these three are those of recorded answers.
TEST(Quota, reads_what_openai_says) {
  expect_reading(headers_of({{"x-ratelimit-limit-requests", "10000"},
                             {"x-ratelimit-limit-tokens", "200000"},
                             {"x-ratelimit-remaining-requests", "9993"},
                             {"x-ratelimit-remaining-tokens", "199961"},
                             {"x-ratelimit-reset-requests", "55.492s"},
                             {"x-ratelimit-reset-tokens", "11ms"}}),
                 0.9993, milliseconds(55'492));
}

TEST(Quota, reads_what_anthropic_says) {
  expect_reading(headers_of({{"anthropic-ratelimit-input-tokens-limit", "400000"},
                             {"anthropic-ratelimit-input-tokens-remaining", "399000"},
                             {"anthropic-ratelimit-input-tokens-reset", "2025-07-29T09:59:33Z"},
                             {"anthropic-ratelimit-output-tokens-limit", "80000"},
                             {"anthropic-ratelimit-output-tokens-remaining", "79000"},
                             {"anthropic-ratelimit-output-tokens-reset", "2025-07-29T09:59:34Z"},
                             {"anthropic-ratelimit-requests-limit", "4000"},
                             {"anthropic-ratelimit-requests-remaining", "3999"},
                             {"anthropic-ratelimit-requests-reset", "2025-07-29T09:59:31Z"},
                             {"anthropic-ratelimit-tokens-limit", "480000"},
                             {"anthropic-ratelimit-tokens-remaining", "478000"},
                             {"anthropic-ratelimit-tokens-reset", "2025-07-29T09:59:33Z"}}),
                 79.0 / 80, seconds(4));
}

TEST(Quota, reads_what_azure_says) {
  expect_reading(headers_of({{"x-ratelimit-limit-requests", "120"},
                             {"x-ratelimit-limit-tokens", "120000"},
                             {"x-ratelimit-remaining-requests", "119"},
                             {"x-ratelimit-remaining-tokens", "119986"},
                             {"x-ratelimit-renewalperiod-requests", "60"},
                             {"x-ratelimit-reset-requests", "500"},
                             {"x-ratelimit-reset-tokens", "7"}}),
                 119.0 / 120, milliseconds(500));
  EXPECT_FALSE(read_quota(headers_of({{"x-ratelimit-limit-tokens", "-1"},
                                      {"x-ratelimit-remaining-tokens", "-1"},
                                      {"x-ratelimit-reset-tokens", "0"}}),
                          kWall))
      << "it doesn't know";
}

TEST(Quota, of_two_limits_that_are_used_up_the_one_that_takes_longer_counts) {
  expect_reading(headers_of({{"x-ratelimit-limit-requests", "3"},
                             {"x-ratelimit-limit-tokens", "1000"},
                             {"x-ratelimit-remaining-requests", "0"},
                             {"x-ratelimit-remaining-tokens", "0"},
                             {"x-ratelimit-reset-requests", "20s"},
                             {"x-ratelimit-reset-tokens", "6m0s"}}),
                 0, minutes(6));
}

TEST(Quota, a_limit_of_which_a_part_cannot_be_read_does_not_count) {
  EXPECT_FALSE(read_quota({}, kWall));
  EXPECT_FALSE(read_quota(headers_of({{"content-type", "application/json"}}), kWall));
  EXPECT_FALSE(read_quota(headers_of({{"x-ratelimit-remaining-requests", "119"}}), kWall));
  EXPECT_FALSE(read_quota(
      headers_of({{"x-ratelimit-limit-requests", "10"}, {"x-ratelimit-remaining-requests", "5"}}), kWall));
  EXPECT_FALSE(read_quota(headers_of({{"x-ratelimit-limit-requests", "10 a minute"},
                                      {"x-ratelimit-remaining-requests", "5"},
                                      {"x-ratelimit-reset-requests", "1s"}}),
                          kWall));
}

TEST(Quota, times_until_a_reset_are_read_as_providers_write_them) {
  struct Row {
    std::string_view text;
    Duration time;
  };
  for (const auto& [text, time] : {
           Row{"0s", Duration(0)},
           Row{"0", Duration(0)},
           Row{"1s", seconds(1)},
           Row{"6m0s", minutes(6)},
           Row{"120ms", milliseconds(120)},
           Row{"1h2m3.5s", hours(1) + minutes(2) + milliseconds(3'500)},
           Row{"1m6.779s", milliseconds(66'779)},
           Row{"24h", hours(24)},
           Row{"500", milliseconds(500)},
           Row{"2025-07-29T10:00:00Z", seconds(30)},
           Row{"2025-07-29T11:59:40.123456+02:00", seconds(10)},
           Row{"2025-07-29T04:29:40-05:30", seconds(10)},
           Row{"2024-01-01T00:00:00Z", Duration(0)},
       }) {
    auto read = read_reset(text, kWall);
    ASSERT_TRUE(read) << text;
    EXPECT_NEAR(std::chrono::duration<double>(*read - time).count(), 0, 1e-6) << text;
  }
}

TEST(Quota, what_is_no_time_is_not_taken_for_one) {
  for (std::string_view text : {"",
                                " ",
                                "s",
                                "ms",
                                "-1s",
                                "+1s",
                                "1x",
                                "1s ",
                                " 1s",
                                "1s2",
                                "1e9s",
                                "1.s.",
                                "..5s",
                                "0x10s",
                                "inf",
                                "nan",
                                "infs",
                                "nans",
                                "soon",
                                "25h",
                                "86400001",
                                "99999999999999999999999999999h",
                                "2025-07-29",
                                "2025-07-29t10:00:00Z",
                                "2025-07-29T10:00:00",
                                "2025-02-30T10:00:00Z",
                                "2025-13-01T10:00:00Z",
                                "2025-07-29T24:00:00Z",
                                "2025-07-29T10:60:00Z",
                                "2025-07-29T10:00:00+99:99",
                                "2025-07-29T10:00:00.",
                                "9999-12-31T23:59:59Z",
                                "0000-01-01T00:00:00Z",
                                "2026-01-01T00:00:00Z",
                                "20250-7-29T10:00:00Z",
                                "2025-07-29T10:00:00Zz",
                                "-025-07-29T10:00:00Z"}) {
    EXPECT_FALSE(read_reset(text, kWall)) << text;
  }
}

TEST(Quota, hostile_values_give_nothing_or_something_within_bounds) {
  std::vector<std::string> values{"0",
                                  "1",
                                  "-1",
                                  "18446744073709551615",
                                  "18446744073709551616",
                                  "1e400",
                                  std::string(5'000, '9'),
                                  "0." + std::string(5'000, '0') + "1s",
                                  std::string(400, '9') + "h",
                                  std::string(2'000, '1') + "." + "5s",
                                  "2262-04-11T23:47:16Z",
                                  "2262-04-12T00:00:00Z",
                                  "1677-09-21T00:00:00Z",
                                  std::string("1s\0", 3),
                                  "\xff\xfe",
                                  "NaN",
                                  "1h1h1h1h",
                                  "00000000000000000012"};
  const std::uint64_t chosen = values.size();
  Random random(1);
  std::string_view alphabet = "0123456789.hmsn-+:TZ";
  for (int i = 0; i < 500; ++i) {
    std::string& value = values.emplace_back();
    for (std::uint64_t size = random.below(25); value.size() < size;)
      value += alphabet[random.below(alphabet.size())];
  }
  for (int i = 0; i < 50'000; ++i) {
    auto any = [&]() -> const std::string& {
      return values[random.below(random.below(2) == 0 ? chosen : values.size())];
    };
    auto reading = read_quota(headers_of({{"x-ratelimit-limit-requests", any()},
                                          {"x-ratelimit-remaining-requests", any()},
                                          {"x-ratelimit-reset-requests", any()}}),
                              kWall);
    if (!reading) continue;
    EXPECT_GE(reading->left, 0);
    EXPECT_LE(reading->left, 1);
    EXPECT_GE(reading->reset, Duration(0));
    EXPECT_LE(reading->reset, hours(24));
  }
}

TEST(Quota, a_reading_is_forgotten_once_its_limit_is_full_again) {
  Quota quota;
  EXPECT_EQ(quota.left(kNow), 1);
  quota.note({.left = 0.25, .reset = seconds(10)}, kNow);
  EXPECT_EQ(quota.left(kNow + seconds(9)), 0.25);
  EXPECT_EQ(quota.reading(kNow + seconds(9))->reset, seconds(1));
  EXPECT_EQ(quota.left(kNow + seconds(10)), 1);
  EXPECT_FALSE(quota.reading(kNow + seconds(10)));
}

}  // namespace
}  // namespace weir::resilience
