#include "replay/usage_event.h"

#include "replay/detail/fold.h"

namespace weir::replay {
namespace {

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

constexpr std::string_view kWhiteSpace = " \t";

std::string_view without_white_space_at_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kWhiteSpace) + 1);
}

// Whether the '[' at `at` is that of `"choices": []`.
bool opens_empty_choices(std::string_view events, std::size_t at) {
  const std::size_t next = events.find_first_not_of(kWhiteSpace, at + 1);
  if (next == std::string_view::npos || events[next] != ']') return false;
  std::string_view before = without_white_space_at_end(events.substr(0, at));
  if (!before.ends_with(':')) return false;
  before.remove_suffix(1);
  return without_white_space_at_end(before).ends_with(R"("choices")");
}

// Just after the first blank line from `at` on; 0 when there is none.
std::size_t end_of_event(std::string_view events, std::size_t at) {
  bool line_is_empty = false;
  while (at < events.size()) {
    if (!is_line_end(events[at])) {
      line_is_empty = false;
      ++at;
      continue;
    }
    at += events.substr(at).starts_with("\r\n") ? 2 : 1;
    if (line_is_empty) return at;
    line_is_empty = true;
  }
  return 0;
}

bool carries_only_usage(std::string_view event) {
  const auto events = read_events(event);
  if (!events || events->size() != 1) return false;
  const auto chunk = read_document({events->front().data});
  if (!chunk) return false;
  const Members members = members_of(*chunk);
  const Value choices = find(members, "choices");
  return kind_of(choices) == Kind::array && elements_of(choices).empty() &&
         kind_of(find(members, "usage")) == Kind::object;
}

}  // namespace

std::string_view find_usage_event(const wire::RelayedPath& path, std::string_view events) {
  const auto format = format_of(path);
  if (format != Format::chat && format != Format::completion) return {};
  // A bracket is rarer in a stream than the word: every chunk has choices, and most have no other array.
  for (std::size_t at = events.find('['); at != std::string_view::npos; at = events.find('[', at + 1)) {
    if (!opens_empty_choices(events, at)) continue;
    const std::size_t begin = http::whole_events(events.substr(0, at));
    const std::size_t end = end_of_event(events, at);
    if (end == 0) return {};
    const std::string_view event = events.substr(begin, end - begin);
    if (carries_only_usage(event)) return event;
    at = end - 1;
  }
  return {};
}

}  // namespace weir::replay
