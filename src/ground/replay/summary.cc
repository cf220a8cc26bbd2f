#include "replay/summary.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "replay/detail/fold.h"
#include "replay/detail/usage.h"

namespace weir::replay {
namespace {

using std::string_view_literals::operator""sv;
using Stop = Summary::Stop;

constexpr std::array kFinished{"stop"sv,     "tool_calls"sv, "function_call"sv,   // OpenAI
                               "end_turn"sv, "tool_use"sv,   "stop_sequence"sv};  // Anthropic
// Mistral's third word is of the same kind.
constexpr std::array kCut{"length"sv, "max_tokens"sv, "model_length"sv};
// Items of a response that ask the caller to do something; the others were done by the provider.
constexpr std::array kAskedOfTheCaller{"function_call"sv,    "custom_tool_call"sv, "computer_call"sv,
                                       "local_shell_call"sv, "shell_call"sv,       "apply_patch_call"sv};

Stop stop_of(std::string_view reason) {
  if (is_one_of(kFinished, reason)) return Stop::finished;
  return is_one_of(kCut, reason) ? Stop::cut : Stop::other;
}

std::optional<Summary> of_choices(const Members& answer, std::string_view said, Kind kind_of_said) {
  Summary summary{.usage = usage_of(Dialect::openai, find(answer, "usage"))};
  const auto choices = elements_of(find(answer, "choices"));
  for (Value choice : choices) {
    const Members members = members_of(choice);
    const Value message = find(members, said);
    const Value reason = find(members, "finish_reason");
    if (kind_of(message) != kind_of_said || kind_of(reason) != Kind::string) return std::nullopt;
    summary.stop = std::max(summary.stop, stop_of(characters(reason)));
    summary.tool_calls |=
        !elements_of(find(message, {"tool_calls"})).empty() || is_given(find(message, {"function_call"}));
  }
  if (choices.empty()) return std::nullopt;
  return summary;
}

bool has_one_of(const auto& types, Value list) {
  return std::ranges::any_of(elements_of(list), [&](Value element) {
    return is_one_of(types, characters(find(element, {"type"})));
  });
}

std::optional<Summary> of_response(const Members& answer) {
  const Value output = find(answer, "output");
  const Value status = find(answer, "status");
  if (kind_of(output) != Kind::array || kind_of(status) != Kind::string) return std::nullopt;
  Summary summary{.stop = Stop::other,
                  .tool_calls = has_one_of(kAskedOfTheCaller, output),
                  .usage = usage_of(Dialect::openai, find(answer, "usage"))};
  if (characters(status) == "completed") summary.stop = Stop::finished;
  const Value reason = find(find(answer, "incomplete_details"), {"reason"});
  if (characters(status) == "incomplete" && characters(reason) == "max_output_tokens") {
    summary.stop = Stop::cut;
  }
  return summary;
}

std::optional<Summary> of_message(const Members& answer) {
  const Value content = find(answer, "content");
  const Value reason = find(answer, "stop_reason");
  if (kind_of(content) != Kind::array || kind_of(reason) != Kind::string) return std::nullopt;
  return Summary{.stop = stop_of(characters(reason)),
                 .tool_calls = has_one_of(std::array{"tool_use"sv}, content),
                 .usage = usage_of(Dialect::anthropic, find(answer, "usage"))};
}

std::optional<Summary> of_format(Format format, const Members& answer) {
  switch (format) {
    case Format::chat:
      return of_choices(answer, "message", Kind::object);
    case Format::completion:
      return of_choices(answer, "text", Kind::string);
    case Format::response:
      return of_response(answer);
    case Format::message:
      return of_message(answer);
  }
  std::unreachable();
}

// A failed response says why, and is an answer all the same; all else that says so is an error.
bool is_error(std::optional<Format> format, const Members& answer) {
  if (characters(find(answer, "type")) == "error") return true;
  return format != Format::response && is_given(find(answer, "error"));
}

}  // namespace

std::optional<Summary> summarize_whole(const wire::RelayedPath& path, PaddedView body) {
  const auto document = read_document(body);
  // Sound, subtitles and text say nothing about themselves.
  if (!document && path.answer == wire::RelayedPath::Answer::bytes) return Summary{};
  if (!document) return std::nullopt;
  const Members answer = members_of(*document);
  const auto format = format_of(path);
  if (is_error(format, answer)) return std::nullopt;
  if (format) return of_format(*format, answer);
  return Summary{.usage = usage_of(path.dialect, find(answer, "usage"))};
}

std::optional<Summary> summarize_events(const wire::RelayedPath& path, std::string_view events) {
  const auto format = format_of(path);
  const auto read = read_events(events);
  if (!format || !read) return std::nullopt;
  auto folded = fold(*format, *read);
  if (!folded) return std::nullopt;
  const PaddedString whole(folded->whole);
  return summarize_whole(path, whole.view());
}

}  // namespace weir::replay
