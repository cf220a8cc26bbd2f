#include "cache/cache.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "replay/modes.h"

namespace weir::cache {
namespace {

using recording::KeptAnswer;
using recording::Mode;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
constexpr std::size_t kProbes = 50'000;  // they take ten times as long
#else
constexpr std::size_t kProbes = 1'000'000;
#endif

constexpr std::string_view kAnswer =
    R"({"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
    R"({"role":"assistant","content":"four"},"finish_reason":"stop"}],)"
    R"("usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}})";
constexpr replay::Summary kGood{};

std::string question(std::string_view prompt, std::string_view more = R"("temperature":0)") {
  return fmt::format(R"({{"model":"m",{},"messages":[{{"role":"user","content":"{}"}}]}})", more, prompt);
}

class Caching : public testing::Test {
 protected:
  Plan plan(const std::string& body, const TenantId& whose = {"acme"}, http::Headers headers = {}) {
    http::RequestHead head;
    head.headers = std::move(headers);
    PaddedString padded(body);
    auto fields = wire::read_json_fields(padded.view());
    EXPECT_TRUE(fields) << body;
    auto plan =
        cache.plan({whose, path, head, *fields, padded.view()}, config::Cacheable::automatic, settings);
    EXPECT_TRUE(plan) << body;
    return *std::move(plan);
  }
  // Who says this in `cache-control`.
  Plan asking(std::string_view wish) {
    http::Headers headers;
    headers.add("cache-control", wish);
    return plan(question("2+2?"), {"acme"}, std::move(headers));
  }
  bool keep(const Plan& plan, const replay::Summary& summary = kGood) {
    std::array body{kAnswer};
    return cache.keep(plan, plan.key, summary,
                      KeptAnswer::make(memory, {.made = clock.wall()}, "x-request-id: r\r\n", body));
  }

  const wire::RelayedPath& path = *wire::find_relayed_path("/v1/chat/completions");
  config::CacheSettings settings;
  ManualClock clock;
  recording::MemoryBudget memory{64_MiB};
  Cache cache{memory, Secret{7}, clock};
};

TEST_F(Caching, what_was_kept_is_found_by_whoever_asks_the_same) {
  ASSERT_TRUE(keep(plan(question("2+2?"))));
  auto served = cache.find(plan(question("2+2?")));
  ASSERT_TRUE(served);
  EXPECT_EQ(served->answer->body().text, kAnswer);
  EXPECT_FALSE(cache.find(plan(question("2+3?"))));
  EXPECT_FALSE(cache.find(plan(question("2+2?", R"("temperature":1)"))));
}

TEST_F(Caching, an_answer_is_found_in_the_other_mode_and_kept_in_it) {
  ASSERT_TRUE(keep(plan(question("2+2?"))));
  auto streamed = plan(question("2+2?", R"("temperature":0,"stream":true)"));
  EXPECT_EQ(streamed.mode, Mode::events);
  auto served = cache.find(streamed);
  ASSERT_TRUE(served);
  EXPECT_EQ(replay::as_whole(path, served->answer->body().text).has_value(), true);
  EXPECT_NE(served->answer->body().text.find("four"), std::string_view::npos);
  EXPECT_EQ(cache.memory().counts().entries, 2U);
  EXPECT_EQ(cache.find(streamed)->answer.get(), served->answer.get()) << "turned once";
}

TEST_F(Caching, a_caller_who_wants_a_younger_answer_gets_none) {
  ASSERT_TRUE(keep(plan(question("2+2?"))));
  clock.advance(minutes(2));
  EXPECT_TRUE(cache.find(asking("max-age=180")));
  EXPECT_FALSE(cache.find(asking("max-age=60")));
}

TEST_F(Caching, an_answer_expires) {
  ASSERT_TRUE(keep(plan(question("2+2?"))));
  clock.advance(settings.ttl - seconds(1));
  EXPECT_TRUE(cache.find(plan(question("2+2?"))));
  clock.advance(seconds(1));
  EXPECT_FALSE(cache.find(plan(question("2+2?"))));
}

TEST_F(Caching, who_can_have_no_other_is_served_an_expired_answer_for_the_time_that_is_set) {
  auto asked = plan(question("2+2?"));
  ASSERT_TRUE(keep(asked));
  TimePoint end = clock.now() + settings.ttl;
  clock.advance(settings.ttl);
  EXPECT_FALSE(cache.find(asked));
  auto served = cache.find_stale(asked);
  ASSERT_TRUE(served);
  EXPECT_EQ(served->answer->body().text, kAnswer);
  EXPECT_EQ(served->expires, end);
  clock.advance(settings.stale_if_error - seconds(1));
  EXPECT_TRUE(cache.find_stale(asked));
  clock.advance(seconds(1));
  EXPECT_FALSE(cache.find_stale(asked));
}

TEST_F(Caching, nothing_is_kept_for_longer_where_nothing_expired_is_to_be_served) {
  settings.stale_if_error = {};
  ASSERT_TRUE(keep(asking("stale-if-error=600")));
  EXPECT_TRUE(cache.find_stale(plan(question("2+2?"))));
  clock.advance(settings.ttl);
  EXPECT_FALSE(cache.find_stale(asking("stale-if-error=600")));
  EXPECT_EQ(cache.memory().counts().entries, 0U);
}

TEST_F(Caching, settings_that_end_it_end_it_for_what_is_kept_already) {
  ASSERT_TRUE(keep(plan(question("2+2?"))));
  clock.advance(settings.ttl);
  settings.stale_if_error = {};
  EXPECT_FALSE(cache.find_stale(plan(question("2+2?"))));
}

TEST_F(Caching, an_expired_answer_that_was_purged_is_not_served) {
  auto asked = plan(question("2+2?"));
  ASSERT_TRUE(keep(asked));
  clock.advance(settings.ttl);
  cache.purge(Selector::model("m"));
  EXPECT_FALSE(cache.find_stale(asked));
}

TEST_F(Caching, a_caller_says_how_old_and_how_long_expired_an_answer_may_be) {
  ASSERT_TRUE(keep(plan(question("2+2?"))));
  clock.advance(settings.ttl + minutes(2));
  EXPECT_TRUE(cache.find_stale(asking("max-age=3720")));
  EXPECT_FALSE(cache.find_stale(asking("max-age=3719")));
  EXPECT_TRUE(cache.find_stale(asking("stale-if-error=121")));
  EXPECT_FALSE(cache.find_stale(asking("stale-if-error=120")));
  EXPECT_FALSE(cache.find_stale(asking("stale-if-error=0")));
  EXPECT_FALSE(cache.find_stale(asking("no-cache")));
  EXPECT_TRUE(cache.find_stale(asking("no-store"))) << "that says nothing of what is kept already";
}

TEST_F(Caching, a_caller_who_wants_expired_answers_for_longer_gets_them_and_nobody_else_does) {
  ASSERT_TRUE(keep(asking("stale-if-error=86400")));
  clock.advance(settings.ttl + hours(2));
  EXPECT_FALSE(cache.find_stale(plan(question("2+2?"))));
  EXPECT_TRUE(cache.find_stale(asking("stale-if-error=86400")));
}

TEST_F(Caching, a_caller_who_wants_no_expired_answers_leaves_them_to_others) {
  ASSERT_TRUE(keep(asking("stale-if-error=0")));
  clock.advance(settings.ttl);
  EXPECT_TRUE(cache.find_stale(plan(question("2+2?"))));
}

TEST_F(Caching, an_expired_answer_is_turned_into_the_other_mode_and_not_kept_in_it) {
  ASSERT_TRUE(keep(plan(question("2+2?"))));
  clock.advance(settings.ttl);
  auto streamed = plan(question("2+2?", R"("temperature":0,"stream":true)"));
  auto served = cache.find_stale(streamed);
  ASSERT_TRUE(served);
  EXPECT_EQ(served->answer->facts().mode, Mode::events);
  EXPECT_TRUE(replay::as_whole(path, served->answer->body().text));
  EXPECT_EQ(cache.memory().counts().entries, 1U);
}

TEST_F(Caching, what_was_turned_while_it_was_fresh_is_kept_as_long_as_what_it_was_made_of) {
  ASSERT_TRUE(keep(plan(question("2+2?"))));
  auto streamed = plan(question("2+2?", R"("temperature":0,"stream":true)"));
  auto fresh = cache.find(streamed);
  ASSERT_TRUE(fresh);
  clock.advance(settings.ttl);
  EXPECT_EQ(cache.find_stale(streamed)->answer.get(), fresh->answer.get());
}

TEST_F(Caching, a_fresh_answer_in_the_other_mode_comes_before_an_expired_one) {
  auto streamed = plan(question("2+2?", R"("temperature":0,"stream":true)"));
  ASSERT_TRUE(keep(plan(question("2+2?"))));
  ASSERT_TRUE(cache.find(streamed)) << "now it is kept in both";
  clock.advance(settings.ttl);
  ASSERT_TRUE(keep(plan(question("2+2?"))));
  auto served = cache.find_stale(streamed);
  ASSERT_TRUE(served);
  EXPECT_EQ(served->expires, clock.now() + settings.ttl);
  EXPECT_EQ(served->answer->facts().mode, Mode::events);
}

TEST_F(Caching, what_is_kept_follows_the_settings) {
  using Stop = replay::Summary::Stop;
  auto asked = plan(question("2+2?"));
  EXPECT_FALSE(keep(asked, {.stop = Stop::other}));
  EXPECT_FALSE(keep(asked, {.stop = Stop::cut}));
  settings.keep = {.tool_calls = false, .cut = true};
  EXPECT_FALSE(keep(asked, {.stop = Stop::cut})) << "it was asked under the settings before";
  asked = plan(question("2+2?"));
  EXPECT_TRUE(keep(asked, {.stop = Stop::cut}));
  EXPECT_FALSE(keep(asked, {.tool_calls = true}));
}

TEST_F(Caching, an_answer_that_was_under_way_when_it_was_purged_is_not_kept) {
  auto before = plan(question("2+2?"));
  cache.purge(Selector::model("m"));
  EXPECT_FALSE(cache.alive(before.begun)) << "nobody joins its flight either";
  EXPECT_FALSE(keep(before));
  EXPECT_TRUE(keep(plan(question("2+2?"))));
}

// To see it fail, leave `keyed.add(question.tenant.value)` out of Keys::canonical and Keys::raw.
TEST_F(Caching, a_million_probes_by_others_find_nothing_of_a_tenants) {
  constexpr std::size_t kPrompts = 100;
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < kPrompts; ++i) bodies.push_back(question(fmt::format("prompt {}", i)));
  for (const auto& body : bodies) ASSERT_TRUE(keep(plan(body)));
  std::size_t found = 0;
  for (std::size_t probe = 0; probe < kProbes; ++probe) {
    TenantId prober{fmt::format("acme{}", probe / kPrompts)};
    found += cache.find(plan(bodies[probe % kPrompts], prober)) ? 1 : 0;
  }
  EXPECT_EQ(found, 0U);
  for (const auto& body : bodies) EXPECT_TRUE(cache.find(plan(body)));
}

}  // namespace
}  // namespace weir::cache
