#include "cache/key_fields.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "cache/directives.h"
#include "wire/headers.h"

namespace weir::cache {
namespace {

constexpr auto kPage = "docs/cache-keys.md";  // tests run in the repository's root

std::string committed_page() {
  std::ostringstream text;
  text << std::ifstream(kPage).rdbuf();
  return text.str();
}

TEST(CacheKeysDocument, the_page_in_docs_is_what_the_declaration_says) {
  if (std::getenv("WEIR_UPDATE_DOCS") != nullptr) std::ofstream(kPage) << cache_keys_document();
  EXPECT_EQ(committed_page(), cache_keys_document())
      << kPage
      << " is not what the declaration says. To write it anew: WEIR_UPDATE_DOCS=1 ctest -R unit.cache";
}

TEST(CacheKeysDocument, tells_of_each_path_what_is_in_and_what_is_out) {
  auto page = cache_keys_document();
  for (const auto& path : wire::relayed_paths()) {
    EXPECT_NE(page.find(fmt::format("`{}`", path.path)), std::string::npos) << path.path;
  }
  EXPECT_NE(page.find("| `max_tokens` | in | Cuts the answer. |"), std::string::npos);
  EXPECT_NE(page.find("| `metadata.user_id` | out |"), std::string::npos);
}

TEST(KeyFields, every_path_that_takes_json_has_its_table_and_no_field_stands_twice_in_it) {
  for (const auto& path : wire::relayed_paths()) {
    auto fields = key_fields(path);
    EXPECT_EQ(fields.empty(), path.body == wire::RelayedPath::Body::multipart) << path.path;
    std::set<std::string_view> names;
    for (const auto& field : fields) {
      EXPECT_TRUE(names.insert(field.name).second) << path.path << " " << field.name;
      EXPECT_TRUE(field.why.ends_with('.')) << field.name;
    }
  }
}

TEST(KeyFields, what_weir_itself_reads_is_in_no_form) {
  for (const auto& path : wire::relayed_paths()) {
    auto fields = key_fields(path);
    if (fields.empty()) continue;
    EXPECT_FALSE(is_in_form(fields, "cache")) << path.path;
    EXPECT_FALSE(is_in_form(fields, "model")) << path.path;
  }
}

TEST(KeyFields, a_field_that_nobody_declared_is_in) {
  auto chat = key_fields(*wire::find_relayed_path("/v1/chat/completions"));
  EXPECT_TRUE(is_in_form(chat, "a_field_of_next_year"));
  EXPECT_FALSE(is_in_form(chat, "user"));
}

TEST(KeyFields, every_header_that_a_provider_gets_is_judged) {
  for (const auto& header : key_headers()) {
    EXPECT_TRUE(wire::goes_to_provider(header.dialect, header.name)) << header.name;
  }
  auto judged = [](Dialect dialect, std::string_view name) {
    return std::ranges::any_of(key_headers(), [&](const KeyHeader& header) {
      return header.dialect == dialect && header.name == name;
    });
  };
  for (auto dialect : {Dialect::openai, Dialect::anthropic}) {
    for (std::string_view name : {"accept", "user-agent", "content-type", "openai-beta", "anthropic-version",
                                  "anthropic-beta", "openai-organization", "openai-project"}) {
      EXPECT_EQ(judged(dialect, name), wire::goes_to_provider(dialect, name)) << name;
    }
  }
}

}  // namespace
}  // namespace weir::cache
