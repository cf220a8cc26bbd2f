#include "cache/directives.h"

#include <gtest/gtest.h>

namespace weir::cache {
namespace {

using namespace std::chrono_literals;

struct Asked {
  std::vector<http::Header> headers = {};
  std::string_view member = {};
  config::CacheSettings settings = {};
};

Result<Directives> read(const Asked& asked) {
  http::Headers headers;
  for (const auto& header : asked.headers) headers.add(header.name, header.value);
  PaddedString member(asked.member);
  return read_directives(headers, member.view(), asked.settings);
}

Directives good(const Asked& asked) {
  auto directives = read(asked);
  EXPECT_TRUE(directives) << directives.error().message;
  return directives.value_or(Directives{});
}

std::string complaint(const Asked& asked) {
  auto directives = read(asked);
  if (directives) return "none";
  EXPECT_EQ(directives.error().kind, Failure::Kind::malformed_request);
  return directives.error().message;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(Directives, who_asks_for_nothing_gets_what_the_settings_say) {
  auto directives = good({.headers = {{"content-type", "application/json"}, {"x-weir-user", "u"}}});
  EXPECT_FALSE(directives.opted_in);
  EXPECT_TRUE(directives.may_serve && directives.may_keep);
  EXPECT_FALSE(directives.only_if_cached || directives.max_age);
  EXPECT_EQ(directives.ttl, 1h);
  EXPECT_EQ(directives.name_space, "");
}

TEST(Directives, cache_control_means_what_http_means) {
  EXPECT_FALSE(good({.headers = {{"Cache-Control", "No-Cache"}}}).may_serve);
  EXPECT_TRUE(good({.headers = {{"cache-control", "no-cache"}}}).may_keep);
  EXPECT_FALSE(good({.headers = {{"cache-control", "no-store"}}}).may_keep);
  EXPECT_TRUE(good({.headers = {{"cache-control", "no-store"}}}).may_serve);
  EXPECT_EQ(good({.headers = {{"cache-control", "max-age=60"}}}).max_age, 60s);
  EXPECT_EQ(good({.headers = {{"cache-control", "max-age=\"60\""}}}).max_age, 60s);
  EXPECT_TRUE(good({.headers = {{"cache-control", "only-if-cached"}}}).only_if_cached);
}

TEST(Directives, cache_control_is_a_list_over_all_its_lines) {
  auto directives =
      good({.headers = {{"cache-control", R"(, max-stale, ext="no-cache, \"no-store", max-age=9,)"},
                        {"cache-control", "only-if-cached , max-age=30"}}});
  EXPECT_TRUE(directives.may_serve && directives.may_keep && directives.only_if_cached);
  EXPECT_EQ(directives.max_age, 9s) << "the smallest holds";
  EXPECT_EQ(good({.headers = {{"cache-control", "max-age=99999999999999999999"}}}).max_age, 2'147'483'648s);
  for (std::string_view bad : {"max-age", "max-age=", "max-age=-1", "max-age=1m"}) {
    EXPECT_TRUE(contains(complaint({.headers = {{"cache-control", bad}}}), "`max-age` in `cache-control`"))
        << bad;
  }
}

TEST(Directives, stale_if_error_is_said_for_one_request_unless_the_settings_have_none_of_it) {
  auto stale = [](std::string_view value, std::chrono::milliseconds configured) {
    config::CacheSettings settings;
    settings.stale_if_error = configured;
    return good({.headers = {{"cache-control", value}}, .settings = settings}).stale_if_error;
  };
  EXPECT_EQ(stale("no-transform", 30min), 30min);
  EXPECT_EQ(stale("Stale-If-Error=60", 30min), 60s);
  EXPECT_EQ(stale("stale-if-error=\"7200\"", 30min), 2h);
  EXPECT_EQ(stale("stale-if-error=0", 30min), 0s);
  EXPECT_EQ(stale("stale-if-error=60, stale-if-error=30", 30min), 30s) << "the smallest holds";
  EXPECT_EQ(stale("stale-if-error=60", 0s), 0s);
  EXPECT_TRUE(contains(complaint({.headers = {{"cache-control", "stale-if-error"}}}),
                       "`stale-if-error` in `cache-control` must be a whole number of seconds"));
}

TEST(Directives, each_way_to_ask_for_caching_works) {
  for (const http::Header& header : {http::Header{"x-weir-cache", "on"},
                                     {"X-Weir-Cache", "ON"},
                                     {"Helicone-Cache-Enabled", "true"},
                                     {"cf-aig-cache-ttl", "60"},
                                     {"x-weir-class", "template"}}) {
    EXPECT_TRUE(good({.headers = {header}}).opted_in) << header.name;
  }
  EXPECT_TRUE(good({.member = R"({"use-cache":true})"}).opted_in);
  EXPECT_FALSE(good({.member = R"({"use-cache":false,"ttl":5})"}).opted_in);
  EXPECT_FALSE(good({.headers = {{"x-weir-cache-ttl", "60"}}}).opted_in);
}

TEST(Directives, each_way_to_turn_it_off_beats_every_way_to_ask_for_it) {
  for (const http::Header& header : {http::Header{"x-weir-cache", "off"},
                                     {"Helicone-Cache-Enabled", "false"},
                                     {"cf-aig-skip-cache", "true"}}) {
    auto directives =
        good({.headers = {header, {"x-weir-class", "chat"}}, .member = R"({"use-cache":true})"});
    EXPECT_FALSE(directives.may_serve || directives.may_keep) << header.name;
  }
  EXPECT_TRUE(good({.headers = {{"cf-aig-skip-cache", "false"}}}).may_serve);
}

TEST(Directives, the_most_specific_time_to_live_holds) {
  Asked asked{
      .headers = {{"x-weir-cache-ttl", "5m"}, {"cf-aig-cache-ttl", "60"}, {"x-weir-class", "insight"}},
      .member = R"({"ttl":120})"};
  EXPECT_EQ(good(asked).ttl, 5min);
  asked.headers.erase(asked.headers.begin());
  EXPECT_EQ(good(asked).ttl, 120s);
  asked.member = "";
  EXPECT_EQ(good(asked).ttl, 60s);
  asked.headers.erase(asked.headers.begin());
  EXPECT_EQ(good(asked).ttl, 6h);
}

TEST(Directives, times_are_written_as_seconds_or_with_a_unit) {
  for (auto [text, time] : std::vector<std::pair<std::string_view, std::chrono::milliseconds>>{
           {"300", 300s}, {"5m", 5min}, {"1h", 1h}, {"7d", 168h}, {"250ms", 250ms}}) {
    EXPECT_EQ(good({.headers = {{"x-weir-cache-ttl", text}}}).ttl, time) << text;
  }
  for (std::string_view bad : {"", "-1", "5 apples", "1.5h", "h"}) {
    EXPECT_TRUE(contains(complaint({.headers = {{"x-weir-cache-ttl", bad}}}), "`x-weir-cache-ttl` must be"))
        << bad;
  }
}

TEST(Directives, an_answer_kept_for_no_time_is_not_kept) {
  EXPECT_FALSE(good({.headers = {{"x-weir-cache-ttl", "0"}}}).may_keep);
  EXPECT_FALSE(good({.member = R"({"ttl":0})"}).may_keep);
}

TEST(Directives, the_body_member_means_what_it_means_to_litellm) {
  auto directives = good(
      {.member =
           R"({"ttl":600.9,"s-maxage":30,"no-cache":true,"no-store":false,"namespace":"a","type":"local"})"});
  EXPECT_EQ(directives.ttl, 600s);
  EXPECT_EQ(directives.max_age, 30s);
  EXPECT_FALSE(directives.may_serve);
  EXPECT_TRUE(directives.may_keep);
  EXPECT_EQ(directives.name_space, "a");
  EXPECT_EQ(good({.headers = {{"x-weir-cache-namespace", "b"}}, .member = R"({"namespace":"a"})"}).name_space,
            "b");
  EXPECT_TRUE(good({.member = "null"}).may_serve);
  EXPECT_FALSE(good({.member = R"({"no-store":true})"}).may_keep);
}

TEST(Directives, a_bad_body_member_is_named) {
  EXPECT_TRUE(contains(complaint({.member = "true"}), "`cache` must be an object"));
  EXPECT_TRUE(contains(complaint({.member = R"({"ttl":"1h"})"}), "`cache.ttl` in the body must be"));
  EXPECT_TRUE(contains(complaint({.member = R"({"s-maxage":-1})"}), "`cache.s-maxage` in the body must be"));
  EXPECT_TRUE(contains(complaint({.member = R"({"no-store":1})"}), "`cache.no-store` in the body must be"));
  EXPECT_TRUE(
      contains(complaint({.member = R"({"namespace":""})"}), "`cache.namespace` in the body must be"));
}

TEST(Directives, a_class_that_is_not_configured_is_answered_with_those_there_are_the_nearest_first) {
  EXPECT_TRUE(contains(complaint({.headers = {{"x-weir-class", "templete"}}}),
                       "no class 'templete' here; the header `x-weir-class` may be template, chat, insight."))
      << complaint({.headers = {{"x-weir-class", "templete"}}});
  EXPECT_TRUE(contains(complaint({.headers = {{"x-weir-class", "?"}}}), "may be chat, insight, template."));
  config::CacheSettings bare;
  bare.classes.clear();
  EXPECT_TRUE(contains(complaint({.headers = {{"x-weir-class", "chat"}}, .settings = bare}), "leave out"));
  EXPECT_EQ(good({.headers = {{"x-weir-class", "chat"}}}).class_name, "chat");
}

TEST(Directives, tags_are_few_and_short) {
  auto tags = good({.headers = {{"x-weir-tags", "a, b,,c"}, {"x-weir-tags", "d"}}}).tags;
  EXPECT_EQ(tags, (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(good({.headers = {{"x-weir-tags", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"}}}).tags.size(), 16);
  for (const std::string& bad :
       {std::string("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"), std::string(65, 't')}) {
    EXPECT_TRUE(contains(complaint({.headers = {{"x-weir-tags", bad}}}), "at most 16 tags of at most 64"))
        << bad;
  }
}

TEST(Directives, every_bad_value_is_answered_with_the_name_of_its_header) {
  for (const http::Header& header : {http::Header{"x-weir-cache", "yes"},
                                     {"helicone-cache-enabled", "on"},
                                     {"cf-aig-skip-cache", "1"},
                                     {"cf-aig-cache-ttl", "1h"},
                                     {"x-weir-cache-namespace", ""},
                                     {"x-weir-class", ""}}) {
    EXPECT_TRUE(contains(complaint({.headers = {header}}), header.name)) << header.name;
  }
}

TEST(Directives, a_header_that_says_one_thing_may_be_there_once) {
  for (auto name : directive_headers()) {
    if (name == "cache-control" || name == "x-weir-tags") continue;
    std::string_view value = name == "x-weir-cache" ? "on" : name == "x-weir-class" ? "chat" : "true";
    if (name.ends_with("-ttl")) value = "60";
    EXPECT_TRUE(contains(complaint({.headers = {{name, value}, {name, value}}}), "is there twice")) << name;
  }
}

}  // namespace
}  // namespace weir::cache
