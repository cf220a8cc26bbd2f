#include "replay/detail/usage.h"

namespace weir::replay {
namespace {

// The first of these members that is a number.
std::optional<std::uint64_t> first_count(const Members& of, auto... names) {
  for (std::string_view name : {std::string_view(names)...}) {
    if (auto count = count_of(find(of, name))) return count;
  }
  return std::nullopt;
}

std::optional<Usage> of_openai(Value value) {
  const Members usage = members_of(value);
  auto input = first_count(usage, "prompt_tokens", "input_tokens");
  auto output = first_count(usage, "completion_tokens", "output_tokens");
  if (!input && !output) return std::nullopt;
  Members details = members_of(find(usage, "prompt_tokens_details"));
  if (details.empty()) details = members_of(find(usage, "input_tokens_details"));
  auto cached = first_count(details, "cached_tokens");
  if (!cached) cached = first_count(usage, "prompt_cache_hit_tokens", "cached_tokens");  // DeepSeek, Moonshot
  details = members_of(find(usage, "completion_tokens_details"));
  if (details.empty()) details = members_of(find(usage, "output_tokens_details"));
  return Usage{.input = input.value_or(0),
               .cached_input = cached.value_or(0),
               .output = output.value_or(0),
               .reasoning = first_count(details, "reasoning_tokens").value_or(0)};
}

std::optional<Usage> of_anthropic(Value value) {
  const Members usage = members_of(value);
  auto input = first_count(usage, "input_tokens");
  auto output = first_count(usage, "output_tokens");
  if (!input && !output) return std::nullopt;
  const std::uint64_t read = first_count(usage, "cache_read_input_tokens").value_or(0);
  const std::uint64_t written = first_count(usage, "cache_creation_input_tokens").value_or(0);
  return Usage{.input = input.value_or(0) + written + read,
               .cached_input = read,
               .output = output.value_or(0),
               .reasoning = 0};
}

}  // namespace

std::optional<Usage> usage_of(Dialect dialect, Value value) {
  return dialect == Dialect::anthropic ? of_anthropic(value) : of_openai(value);
}

}  // namespace weir::replay
