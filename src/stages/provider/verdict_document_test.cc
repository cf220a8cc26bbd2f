#include "provider/verdict_document.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace weir::provider {
namespace {

constexpr std::string_view kBegin =
    "<!-- the table of statuses, made from src/stages/provider/verdict.cc -->\n";
constexpr std::string_view kEnd = "<!-- its end -->\n";

// WEIR_UPDATE_DOCS=1 writes it anew.
TEST(VerdictDocument, the_page_has_the_table_that_calls_go_by) {
  std::filesystem::path file = "docs/resilience.md";
  std::stringstream read;
  read << std::ifstream(file).rdbuf();
  std::string page = read.str();
  auto begin = page.find(kBegin);
  auto end = page.find(kEnd);
  ASSERT_NE(begin, std::string::npos) << "tests run in the repository's folder";
  ASSERT_NE(end, std::string::npos);
  begin += kBegin.size();
  if (std::getenv("WEIR_UPDATE_DOCS") != nullptr) {
    std::ofstream(file) << page.replace(begin, end - begin, verdict_table());
    return;
  }
  EXPECT_EQ(page.substr(begin, end - begin), verdict_table());
}

}  // namespace
}  // namespace weir::provider
