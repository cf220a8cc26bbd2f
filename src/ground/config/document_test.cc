#include "config/document.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "config/load.h"
#include "config/testing_environment.h"

namespace weir::config {
namespace {

constexpr auto kPage = "docs/configuration.md";  // tests run in the repository's root

std::string committed_page() {
  std::ostringstream text;
  text << std::ifstream(kPage).rdbuf();
  return text.str();
}

TEST(ConfigurationDocument, the_page_in_docs_is_what_the_declaration_says) {
  if (std::getenv("WEIR_UPDATE_DOCS") != nullptr) std::ofstream(kPage) << configuration_document();
  EXPECT_EQ(committed_page(), configuration_document())
      << kPage
      << " is not what the declaration says. To write it anew: WEIR_UPDATE_DOCS=1 ctest -R unit.config";
}

TEST(ConfigurationDocument, its_example_is_a_good_configuration) {
  auto page = configuration_document();
  constexpr std::string_view kFence = "```yaml\n";
  auto begin = page.find(kFence) + kFence.size();
  auto example = page.substr(begin, page.find("```", begin) - begin);
  TestingEnvironment world{.variables = {{"OPENAI_API_KEY", "sk-1"}}, .files = {}};
  auto settings = load(example, "example", world.environment());
  ASSERT_TRUE(settings) << to_string(settings.error().front());
  EXPECT_EQ(settings->models.size(), 2);
}

TEST(ConfigurationDocument, tells_type_default_bounds_and_restart) {
  auto page = configuration_document();
  EXPECT_NE(
      page.find("| `listener.request.body` | size | `32MiB` | 1KiB to 1GiB | The largest body of a request; "
                "past it a call gets 413. |  |\n"),
      std::string::npos);
  EXPECT_NE(page.find("| `workers` | number | `auto` | 1 to 1024, or auto |"), std::string::npos);
  EXPECT_NE(page.find("| `providers.<provider>.keys[].value` | secret | required |"), std::string::npos);
  EXPECT_NE(page.find("| `models.<model>.deployments[].price.output` | price |"), std::string::npos);
  EXPECT_NE(page.find("| `cache.classes.<class>` | time | `template`: `24h`"), std::string::npos);
  EXPECT_NE(page.find("| `cache.redis` | A layer"), std::string::npos);
}

}  // namespace
}  // namespace weir::config
