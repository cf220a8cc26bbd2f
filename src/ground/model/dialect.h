// The two languages that callers and providers speak.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

enum class Dialect : std::uint8_t {
  openai,     // platform.openai.com/docs/api-reference
  anthropic,  // docs.anthropic.com/en/api
};

constexpr std::string_view name_of(Dialect dialect) {
  return dialect == Dialect::openai ? "OpenAI" : "Anthropic";
}

}  // namespace weir
