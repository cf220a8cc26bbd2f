#include "config/problem_list.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/core.h>

namespace weir::config {
namespace {

constexpr std::size_t kMostProblems = 100;

// Whether `path` is `outer` or a setting inside it.
bool is_within(std::string_view path, std::string_view outer) {
  if (!path.starts_with(outer)) return false;
  return outer.empty() || path.size() == outer.size() || path[outer.size()] == '.' ||
         path[outer.size()] == '[';
}

}  // namespace

void ProblemList::add(Place place, std::string path, std::string text) {
  if (full()) {
    ++untold_;
    return;
  }
  auto after =
      std::ranges::upper_bound(problems_, std::tuple(place.line, place.column), {},
                               [](const Problem& p) { return std::tuple(p.place.line, p.place.column); });
  problems_.insert(after, {file_, place, std::move(path), std::move(text)});
}

void ProblemList::add(std::string path, std::string text) {
  std::string_view written = path;
  auto found = settings_.find(written);
  while (found == settings_.end() && !written.empty()) {
    auto end = written.find_last_of(".[");
    written = written.substr(0, end == std::string_view::npos ? 0 : end);
    found = settings_.find(written);
  }
  add(found == settings_.end() ? Place{} : found->second.place, std::move(path), std::move(text));
}

std::string ProblemList::quoted(std::string_view path) const {
  auto found = settings_.find(path);
  return in_quotes(found == settings_.end() ? std::string_view() : found->second.text);
}

bool ProblemList::full() const { return problems_.size() == kMostProblems; }

bool ProblemList::touches(std::string_view path) const {
  return std::ranges::any_of(problems_, [&](const Problem& problem) {
    return is_within(problem.path, path) || is_within(path, problem.path);
  });
}

std::vector<Problem> ProblemList::take() {
  if (untold_ > 0) {
    problems_.push_back({file_, {}, "", fmt::format("and {} more problems; solve these first", untold_)});
    untold_ = 0;
  }
  return std::exchange(problems_, {});
}

}  // namespace weir::config
