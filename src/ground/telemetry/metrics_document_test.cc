#include "telemetry/metrics_document.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "telemetry/metrics.h"

namespace weir::telemetry {
namespace {

constexpr auto kPage = "docs/metrics.md";  // tests run in the repository's root

std::string committed_page() {
  std::ostringstream text;
  text << std::ifstream(kPage).rdbuf();
  return text.str();
}

TEST(MetricsDocument, the_page_in_docs_is_what_the_declaration_says) {
  if (std::getenv("WEIR_UPDATE_DOCS") != nullptr) std::ofstream(kPage) << metrics_document();
  EXPECT_EQ(committed_page(), metrics_document())
      << kPage
      << " is not what the declaration says. To write it anew: WEIR_UPDATE_DOCS=1 ctest -R unit.telemetry";
}

TEST(MetricsDocument, explains_every_label) {
  auto page = metrics_document();
  for (const auto& metric : kMetrics) {
    for (auto label : metric.labels) {
      if (label.empty() || label == "version") continue;
      auto row = page.find(fmt::format("`{}`", label));
      EXPECT_LT(row, page.find("| metric |")) << label;
    }
  }
}

TEST(MetricsDocument, names_follow_the_habit_of_prometheus) {
  for (const auto& metric : kMetrics) {
    EXPECT_EQ(metric.name.ends_with("_total"), metric.type == MetricType::counter) << metric.name;
    EXPECT_EQ(metric.bounds.empty(), metric.type != MetricType::histogram) << metric.name;
    EXPECT_TRUE(metric.help.ends_with(".")) << metric.name;
    EXPECT_TRUE(std::ranges::is_sorted(metric.bounds)) << metric.name;
  }
}

}  // namespace
}  // namespace weir::telemetry
