// Plain ASCII text: comparing without case, trimming, and finding the nearest of several names.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir {

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// HTTP's own case folding (RFC 9110 section 5.1): ASCII letters only, whatever the locale.
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
std::string lowered(std::string_view text);

// Without spaces and tabs at either end.
std::string_view trimmed(std::string_view text);

// The name nearest to `wanted` by Levenshtein distance, or nothing if none is near enough to be a misspelling
// (more than a third of the letters differ).
std::optional<std::string> nearest_name(std::string_view wanted, std::span<const std::string> names);

}  // namespace weir
