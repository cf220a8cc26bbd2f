// The fields of a form (RFC 7578), as far as the simulated provider needs them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace weir::mock {

struct FormField {
  std::string_view name;
  std::string_view value;
};

// Views into `body`. Nothing if `content_type` has no boundary or `body` does not keep to it.
std::optional<std::vector<FormField>> read_form(std::string_view body, std::string_view content_type);

// The first field of that name; empty if there is none.
std::string_view find_field(const std::vector<FormField>& form, std::string_view name);

}  // namespace weir::mock
