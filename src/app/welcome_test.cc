#include "app/welcome.h"

#include <gtest/gtest.h>

namespace weir::app {
namespace {

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

Welcome usual() {
  return {.url = "http://127.0.0.1:4000",
          .loops = 2,
          .configuration = "weir.yaml",
          .providers = {{.name = "openai", .keys = 2}, {.name = "house"}},
          .models = {"gpt", "openai/*"},
          .callers = Welcome::Callers::with_master_key};
}

TEST(Welcome, says_where_weir_listens_and_what_it_was_given) {
  EXPECT_EQ(to_text(usual()),
            "weir listens on http://127.0.0.1:4000  (2 event loops)\n"
            "  configuration  weir.yaml\n"
            "  providers      openai (2 keys), house\n"
            "  models         gpt, openai/*\n"
            "  degraded       nothing\n");
}

TEST(Welcome, a_hundred_of_everything_fit_into_ten_lines_of_eighty_columns) {
  Welcome welcome = usual();
  welcome.callers = Welcome::Callers::this_machine;
  welcome.new_key = {.file = "d/master_key", .value = "sk-weir-1"};
  for (int i = 0; i < 100; ++i) {
    welcome.providers.push_back({.name = fmt::format("provider-{}", i), .keys = 1});
    welcome.models.push_back(fmt::format("model-{}", i));
    welcome.degraded.push_back(
        {.part = fmt::format("provider provider-{}", i), .reason = "down", .since = {}});
  }
  std::string text = to_text(welcome);
  EXPECT_LE(lines_of(text), 10U) << text;
  for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
    EXPECT_LE(end - begin, 80U) << text.substr(begin, end - begin);
  }
  EXPECT_NE(text.find("openai (2 keys), house, provider-0 (1 key) and 99 more\n"), text.npos) << text;
}

TEST(Welcome, says_what_is_degraded_and_why) {
  Welcome welcome = usual();
  welcome.degraded = {{.part = "provider openai", .reason = "connection refused", .since = {}}};
  EXPECT_NE(to_text(welcome).find("  degraded       provider openai: connection refused\n"),
            std::string::npos);
}

TEST(Welcome, shows_a_new_key_whole_however_narrow_the_terminal) {
  Welcome welcome = usual();
  welcome.new_key = {.file = "weir-data/master_key", .value = "sk-weir-0123456789"};
  EXPECT_NE(to_text(welcome, 20).find("shown once and kept in weir-data/master_key: sk-weir-0123456789\n"),
            std::string::npos);
}

TEST(Welcome, names_providers_with_their_keys_and_models_of_the_settings) {
  config::Settings settings;
  settings.listen = {.host = "::1", .port = 0};
  settings.providers["openai"].keys.resize(3);
  settings.models["gpt"] = {};
  settings.auth.master_key = config::Secret("k");
  Welcome welcome = welcome_of(settings, 4001);
  EXPECT_EQ(welcome.url, "http://[::1]:4001");
  ASSERT_EQ(welcome.providers.size(), 1U);
  EXPECT_EQ(welcome.providers[0].keys, 3U);
  EXPECT_EQ(welcome.models, std::vector<std::string>{"gpt"});
  EXPECT_EQ(welcome.callers, Welcome::Callers::with_master_key);
}

}  // namespace
}  // namespace weir::app
