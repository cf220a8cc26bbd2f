#include "config/load.h"

#include <fmt/core.h>

#include "config/check.h"
#include "config/problem_list.h"
#include "config/reader.h"
#include "config/substitution.h"
#include "config/yaml_tree.h"

namespace weir::config {
namespace {

void fill_in_usual_addresses(Settings& settings) {
  for (auto& [name, provider] : settings.providers) {
    if (!provider.base_url.given()) provider.base_url = usual_base_url(provider.kind);
  }
}

std::vector<Problem> one_problem(std::string_view file_name, Place place, std::string text) {
  return {Problem{std::string(file_name), place, "", std::move(text)}};
}

}  // namespace

std::expected<Settings, std::vector<Problem>> load(std::string_view yaml_text, std::string_view file_name,
                                                   const Environment& environment) {
  auto tree = parse_yaml(yaml_text);
  if (!tree) return std::unexpected(one_problem(file_name, tree.error().place, tree.error().text));
  Settings settings;
  ProblemList problems(file_name);
  Substitution substitution(environment);
  read_settings(*tree, substitution, problems, settings);
  fill_in_usual_addresses(settings);
  check(settings, problems);
  if (!problems.empty()) return std::unexpected(problems.take());
  return settings;
}

std::expected<Settings, std::vector<Problem>> load_file(const std::filesystem::path& path,
                                                        const Environment& environment) {
  auto text = environment.read_file(path);
  if (!text) return std::unexpected(one_problem(path.string(), {}, "cannot be read: " + text.error()));
  return load(*text, path.string(), environment);
}

}  // namespace weir::config
