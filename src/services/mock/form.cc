#include "mock/form.h"

#include "base/text.h"

namespace weir::mock {
namespace {

// What follows `name=` among the parameters of a header's value, without its quotes.
std::string_view parameter(std::string_view header, std::string_view name) {
  for (auto at = header.find(';'); at != std::string_view::npos; at = header.find(';', at + 1)) {
    auto rest = trimmed(header.substr(at + 1));
    if (!starts_with_ignoring_case(rest, name) || !rest.substr(name.size()).starts_with('=')) continue;
    rest.remove_prefix(name.size() + 1);
    if (!rest.starts_with('"')) return trimmed(rest.substr(0, rest.find(';')));
    rest.remove_prefix(1);
    return rest.substr(0, rest.find('"'));
  }
  return {};
}

std::string_view name_of_part(std::string_view head) {
  while (!head.empty()) {
    auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    if (starts_with_ignoring_case(line, "content-disposition:")) return parameter(line, "name");
  }
  return {};
}

}  // namespace

std::optional<std::vector<FormField>> read_form(std::string_view body, std::string_view content_type) {
  auto boundary = parameter(content_type, "boundary");
  if (boundary.empty()) return std::nullopt;
  std::string delimiter = fmt::format("\r\n--{}", boundary);
  if (!body.starts_with(std::string_view(delimiter).substr(2))) return std::nullopt;
  body.remove_prefix(delimiter.size() - 2);

  std::vector<FormField> fields;
  while (!body.starts_with("--")) {
    auto head_end = body.find("\r\n\r\n");
    if (!body.starts_with("\r\n") || head_end == std::string_view::npos) return std::nullopt;
    auto value = body.substr(head_end + 4);
    auto end = value.find(delimiter);
    if (end == std::string_view::npos) return std::nullopt;
    fields.push_back({name_of_part(body.substr(2, head_end)), value.substr(0, end)});
    body = value.substr(end + delimiter.size());
  }
  return fields;
}

std::string_view find_field(const std::vector<FormField>& form, std::string_view name) {
  auto found = std::ranges::find(form, name, &FormField::name);
  return found == form.end() ? std::string_view() : found->value;
}

}  // namespace weir::mock
