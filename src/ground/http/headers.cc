#include "http/headers.h"

#include "http/characters.h"

namespace weir::http {

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const Header& line : lines_) {
    if (same_ignoring_case(line.name, name)) return line.value;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  std::size_t found = 0;
  for (const Header& line : lines_) found += same_ignoring_case(line.name, name) ? 1 : 0;
  return found;
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
  for (const Header& line : lines_) {
    if (same_ignoring_case(line.name, name) && list_has_token(line.value, token)) return true;
  }
  return false;
}

bool list_has_token(std::string_view list, std::string_view token) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (same_ignoring_case(without_outer_space(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace weir::http
