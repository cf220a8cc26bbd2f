#include "wire/headers.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace weir::wire {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kToEither{"content-type"sv, "accept"sv, "user-agent"sv, "tracestate"sv};
constexpr std::array kToOpenai{"openai-beta"sv};
constexpr std::array kToAnthropic{"anthropic-version"sv, "anthropic-beta"sv};

constexpr std::array kToCaller{
    "content-type"sv, "request-id"sv,  "x-request-id"sv,   "openai-processing-ms"sv, "openai-version"sv,
    "openai-model"sv, "retry-after"sv, "retry-after-ms"sv, "x-should-retry"sv,       "content-disposition"sv};
constexpr std::array kWithAnswer{"request-id"sv, "x-request-id"sv, "openai-version"sv, "openai-model"sv};
constexpr std::array kFamiliesToCaller{"x-ratelimit-"sv, "anthropic-ratelimit-"sv};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::any_of(names,
                             [&](std::string_view listed) { return equals_ignoring_case(listed, name); });
}

}  // namespace

bool goes_to_provider(Dialect dialect, std::string_view name) {
  if (is_one_of(kToEither, name)) return true;
  return dialect == Dialect::openai ? is_one_of(kToOpenai, name) : is_one_of(kToAnthropic, name);
}

bool goes_to_caller(std::string_view name) {
  return is_one_of(kToCaller, name) || std::ranges::any_of(kFamiliesToCaller, [&](std::string_view family) {
           return starts_with_ignoring_case(name, family);
         });
}

bool stays_with_answer(std::string_view name) { return is_one_of(kWithAnswer, name); }

}  // namespace weir::wire
