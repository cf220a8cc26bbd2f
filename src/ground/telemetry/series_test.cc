#include "telemetry/series.h"

#include <gtest/gtest.h>

#include <list>
#include <map>
#include <string>
#include <thread>

#include "telemetry/counter.h"

namespace weir::telemetry {
namespace {

using Names = Series<1, Counter>;

// Sums up what stands under each name.
std::map<std::string_view, std::uint64_t> figures_of(const Names& series) {
  std::map<std::string_view, std::uint64_t> figures;
  series.each([&](const Names::Key& key, const Counter& counter) { figures[key[0]] += counter.value(); });
  return figures;
}

TEST(Series, each_name_has_a_figure_of_its_own) {
  Names series;
  series.of({"gpt"}).add(2);
  series.of({"claude"}).add(3);
  series.of({"gpt"}).add(5);
  EXPECT_EQ(figures_of(series), (std::map<std::string_view, std::uint64_t>{{"gpt", 7}, {"claude", 3}}));
}

TEST(Series, a_beginning_of_a_name_is_another_name) {
  constexpr std::string_view kName = "openai/*";
  Names series;
  series.of({kName}).add(1);
  series.of({kName.substr(0, 6)}).add(1);
  EXPECT_EQ(figures_of(series).size(), 2U);
}

TEST(Series, what_comes_past_the_bound_is_other_and_what_was_there_stays) {
  std::list<std::string> names;
  Names series;
  for (std::size_t i = 0; i < Names::kMost + 100; ++i) {
    series.of({names.emplace_back(std::to_string(i))}).add();
  }
  series.of({names.front()}).add();
  auto figures = figures_of(series);
  EXPECT_EQ(figures.size(), Names::kMost + 1);
  EXPECT_EQ(figures["other"], 100U);
  EXPECT_EQ(figures["0"], 2U);
}

TEST(Series, may_be_read_while_it_grows) {
  std::list<std::string> names;
  for (std::size_t i = 0; i < 1'000; ++i) names.push_back(std::to_string(i));
  Names series;
  std::thread writer([&] {
    for (const auto& name : names) series.of({name}).add();
  });
  std::size_t seen = 0;
  while (seen < names.size()) {
    auto figures = figures_of(series);
    ASSERT_GE(figures.size(), seen);
    seen = figures.size();
  }
  writer.join();
  EXPECT_EQ(figures_of(series)["999"], 1U);
}

}  // namespace
}  // namespace weir::telemetry
