#include "cache/cacheable.h"

#include <gtest/gtest.h>

namespace weir::cache {
namespace {

// A request that nothing speaks for and nothing against, to begin with.
struct Case {
  std::string_view path = "/v1/chat/completions";
  wire::RequestFields fields = {};
  Bytes body = 2_KiB;
  Directives directives = {};
  config::Cacheable setting = config::Cacheable::automatic;

  Verdict judge() const {
    return cache::judge({*wire::find_relayed_path(path), fields, body, directives, setting});
  }
  bool cached() const { return judge().may_look && judge().may_keep; }
  std::string_view detail() const { return judge().detail; }
};

TEST(Cacheable, at_temperature_zero_answers_are_kept_and_else_not) {
  Case call;
  EXPECT_FALSE(call.cached());
  EXPECT_EQ(call.detail(), "temperature");
  call.fields.temperature_zero = true;
  EXPECT_TRUE(call.cached());
  EXPECT_EQ(call.detail(), "");
}

TEST(Cacheable, embeddings_need_no_temperature_and_other_paths_need_to_be_asked_for) {
  EXPECT_TRUE(Case{.path = "/v1/embeddings"}.cached());
  EXPECT_EQ(Case{.path = "/v1/images/generations"}.detail(), "opt-in");
  EXPECT_EQ(Case{.path = "/v1/moderations"}.detail(), "opt-in");
  EXPECT_TRUE((Case{.path = "/v1/audio/speech", .directives = {.opted_in = true}}.cached()));
}

TEST(Cacheable, opting_in_beats_temperature_provider_tools_and_what_is_unclear) {
  EXPECT_TRUE((Case{.directives = {.opted_in = true}}.cached()));
  EXPECT_TRUE((Case{.fields = {.provider_tools = true}, .directives = {.opted_in = true}}.cached()));
  EXPECT_TRUE((Case{.fields = {.unclear = true}, .directives = {.opted_in = true}}.cached()));
}

TEST(Cacheable, opting_in_beats_neither_never_nor_forms_nor_changing_state_nor_size) {
  Directives asked{.opted_in = true};
  EXPECT_EQ((Case{.directives = asked, .setting = config::Cacheable::never}.detail()), "never");
  EXPECT_EQ((Case{.path = "/v1/audio/transcriptions", .directives = asked}.detail()), "form");
  EXPECT_EQ((Case{.fields = {.changing_state = true}, .directives = asked}.detail()), "state");
  EXPECT_EQ((Case{.body = {kLargestBody.count + 1}, .directives = asked}.detail()), "too-large");
  EXPECT_TRUE((Case{.body = kLargestBody, .directives = asked}.cached()));
}

TEST(Cacheable, a_model_set_to_always_needs_no_temperature_but_its_tools_still_look_at_the_world) {
  EXPECT_TRUE(Case{.setting = config::Cacheable::always}.cached());
  EXPECT_TRUE((Case{.path = "/v1/moderations", .setting = config::Cacheable::always}.cached()));
  EXPECT_EQ((Case{.fields = {.provider_tools = true}, .setting = config::Cacheable::always}.detail()),
            "provider-tools");
}

TEST(Cacheable, provider_tools_and_unclear_requests_are_out_even_at_temperature_zero) {
  EXPECT_EQ((Case{.fields = {.temperature_zero = true, .provider_tools = true}}.detail()), "provider-tools");
  EXPECT_EQ((Case{.fields = {.temperature_zero = true, .unclear = true}}.detail()), "unclear");
}

TEST(Cacheable, not_serving_and_not_keeping_are_two_things) {
  Case call{.directives = {.opted_in = true, .may_serve = false}};
  EXPECT_FALSE(call.judge().may_look);
  EXPECT_TRUE(call.judge().may_keep);
  EXPECT_EQ(call.detail(), "no-cache");
  call.directives = {.opted_in = true, .may_keep = false};
  EXPECT_TRUE(call.judge().may_look);
  EXPECT_FALSE(call.judge().may_keep);
  EXPECT_EQ(call.detail(), "no-store");
  call.directives = {.opted_in = true, .may_serve = false, .may_keep = false};
  EXPECT_EQ(call.detail(), "off");
}

}  // namespace
}  // namespace weir::cache
