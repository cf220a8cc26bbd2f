#include "replay/usage_meter.h"

#include "replay/detail/fold.h"
#include "replay/detail/usage.h"

namespace weir::replay {
namespace {

constexpr std::string_view kName = R"("usage")";
constexpr std::string_view kWhiteSpace = " \t\r\n";

// Where, from `at` on, the next member `usage` has an object for its value: the place of its brace. OpenAI's
// chunks without one say `"usage": null`; what stands in a text has its quotes escaped, so it is no member's
// name.
std::size_t find_usage(std::string_view json, std::size_t at = 0) {
  for (at = json.find(kName, at); at != std::string_view::npos; at = json.find(kName, at + 1)) {
    const std::size_t colon = json.find_first_not_of(kWhiteSpace, at + kName.size());
    if (colon == std::string_view::npos || json[colon] != ':') continue;
    const std::size_t value = json.find_first_not_of(kWhiteSpace, colon + 1);
    if (value != std::string_view::npos && json[value] == '{') return value;
  }
  return std::string_view::npos;
}

bool tells_usage(std::string_view json) { return find_usage(json) != std::string_view::npos; }

// Just behind the string that begins at `at`.
std::size_t after_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) at += json[at] == '\\' ? 1 : 0;
  return at + 1;
}

// Just behind the object or array that begins at `at`, or at whose inside it is, `depth` deep.
std::size_t after_value(std::string_view json, std::size_t at, int depth = 0) {
  while (at < json.size()) {
    const char c = json[at];
    if (c == '"') {
      at = after_string(json, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) break;
  }
  return std::min(at, json.size());
}

// The member `usage` of a checked document itself, not of anything inside: behind it, the document ends with
// the brace that it began with. It usually stands near the end, so that little is looked at.
Value usage_of_document(PaddedView document) {
  constexpr int kMostTries = 8;
  const std::string_view json = document.text;
  std::size_t at = find_usage(json);
  for (int tries = 0; at != std::string_view::npos && tries < kMostTries;
       ++tries, at = find_usage(json, at)) {
    const std::size_t end = after_value(json, at);
    const std::size_t rest = after_value(json, end, 1);
    if (json.find_first_not_of(kWhiteSpace, rest) == std::string_view::npos) {
      return {json.substr(at, end - at)};
    }
  }
  if (at == std::string_view::npos) return {};
  const std::size_t begin = json.find_first_not_of(kWhiteSpace);  // OpenRouter sends blank lines in front
  return find({json.substr(begin)}, {"usage"});
}

// Where each format has it: beside the rest, in Anthropic's `message`, in the `response` of an event.
Value usage_in(const Members& event) {
  for (std::string_view wrapper : {"message", "response"}) {
    if (auto inner = find(event, wrapper); kind_of(inner) == Kind::object) {
      if (auto usage = find(inner, {"usage"}); kind_of(usage) == Kind::object) return usage;
    }
  }
  return find(event, "usage");
}

}  // namespace

void UsageMeter::note(std::string_view events) {
  if (!tells_usage(events)) return;
  const auto read = read_events(events);
  if (!read) return;
  for (const auto& event : *read) {
    if (!tells_usage(event.data)) continue;
    const auto document = read_document({event.data});
    if (!document) continue;
    auto told = usage_of(path_.dialect, usage_in(members_of(*document)));
    if (!told) continue;
    // A `message_delta` counts from the beginning, but may leave the input out.
    if (usage_ && told->input == 0) {
      told->input = usage_->input;
      told->cached_input = usage_->cached_input;
    }
    usage_ = told;
  }
}

void UsageMeter::note_whole(PaddedView body) { usage_ = usage_of(path_.dialect, usage_of_document(body)); }

}  // namespace weir::replay
