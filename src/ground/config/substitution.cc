#include "config/substitution.h"

#include <fmt/core.h>

#include "base/try.h"
#include "config/problem.h"

namespace weir::config {
namespace {

constexpr std::string_view kFile = "file:";
constexpr std::string_view kOrElse = ":-";

bool is_variable_name(std::string_view name) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
  return !name.empty() && (name[0] < '0' || name[0] > '9') &&
         name.find_first_not_of(kLetters) == std::string_view::npos;
}

}  // namespace

std::expected<std::string, std::string> Substitution::apply(std::string_view written) {
  std::string out;
  while (true) {
    auto dollar = written.find('$');
    out += written.substr(0, dollar);
    if (dollar == std::string_view::npos) return out;
    written.remove_prefix(dollar + 1);
    if (written.starts_with('$')) {
      out += '$';
      written.remove_prefix(1);
      continue;
    }
    auto close = written.find('}');
    if (!written.starts_with('{') || close == std::string_view::npos) {
      return std::unexpected("a `$` stands alone; write $$ for a dollar sign, or ${NAME}");
    }
    auto value = TRY(look_up(written.substr(1, close - 1)));
    if (value.size() > left_) return std::unexpected("what ${…} stands for grows past 1 MiB in this file");
    left_ -= value.size();
    out += value;
    written.remove_prefix(close + 1);
  }
}

std::expected<std::string, std::string> Substitution::look_up(std::string_view reference) const {
  if (reference.starts_with(kFile)) return read(reference.substr(kFile.size()));
  auto or_else = reference.find(kOrElse);
  std::string name(reference.substr(0, or_else));
  if (!is_variable_name(name)) {
    return std::unexpected(
        "${…} must hold the name of an environment variable, as in ${OPENAI_API_KEY}, or file:PATH");
  }
  auto value = environment_.variable(name);
  if (or_else != std::string_view::npos && value.value_or("").empty()) {
    return std::string(reference.substr(or_else + kOrElse.size()));
  }
  if (!value) {
    return std::unexpected(
        fmt::format("the environment variable {0} is not set; set it, or write ${{{0}:-default}}", name));
  }
  return *value;
}

std::expected<std::string, std::string> Substitution::read(std::string_view path) const {
  auto text = environment_.read_file(std::filesystem::path(path));
  if (!text) return std::unexpected(fmt::format("cannot read {}: {}", in_quotes(path), text.error()));
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  return *text;
}

}  // namespace weir::config
