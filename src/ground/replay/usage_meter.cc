#include "replay/usage_meter.h"

#include "replay/detail/fold.h"
#include "replay/detail/usage.h"

namespace weir::replay {
namespace {

constexpr std::string_view kName = R"("usage")";

// Whether some member `usage` is an object: OpenAI's chunks without one say `"usage": null`. What stands in
// a text has its quotes escaped, so it is no member's name.
bool tells_usage(std::string_view json) {
  for (std::size_t at = json.find(kName); at != std::string_view::npos; at = json.find(kName, at + 1)) {
    const std::size_t colon = json.find_first_not_of(" \t\r\n", at + kName.size());
    if (colon == std::string_view::npos || json[colon] != ':') continue;
    const std::size_t value = json.find_first_not_of(" \t\r\n", colon + 1);
    if (value != std::string_view::npos && json[value] == '{') return true;
  }
  return false;
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

void UsageMeter::note_whole(PaddedView body) {
  if (!tells_usage(body.text)) return;
  // OpenRouter sends blank lines in front while it waits.
  const std::size_t begin = std::min(body.text.find_first_not_of(" \t\r\n"), body.text.size());
  usage_ = usage_of(path_.dialect, find({body.text.substr(begin)}, {"usage"}));
}

}  // namespace weir::replay
