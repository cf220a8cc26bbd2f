#include "wire/stream_end.h"

#include <algorithm>
#include <array>

#include "wire/stream_error.h"

namespace weir::wire {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kLastEvents{"data: [DONE]"sv,
                                 "data:[DONE]"sv,
                                 "event: message_stop"sv,
                                 "event: response.completed"sv,
                                 "event: response.incomplete"sv,
                                 "event: response.failed"sv,
                                 "event: error"sv,
                                 "data: {\"error\""sv};

// The beginning of the last event in `events`, which end with a blank line.
std::string_view last_event(std::string_view events) {
  while (!events.empty() && (events.back() == '\n' || events.back() == '\r')) events.remove_suffix(1);
  auto lf = events.rfind("\n\n");
  auto crlf = events.rfind("\n\r\n");
  std::size_t begin = 0;
  if (lf != std::string_view::npos) begin = lf + 2;
  if (crlf != std::string_view::npos) begin = std::max(begin, crlf + 3);
  return events.substr(begin);
}

}  // namespace

void StreamEnd::note(std::string_view events) {
  error_ = {};
  if (events.empty()) return;
  auto last = last_event(events);
  reached_ = std::ranges::any_of(kLastEvents, [&](std::string_view end) { return last.starts_with(end); });
  if (!reached_) return;
  // Some say `[DONE]` after it.
  if (last.starts_with("data: [DONE]"))
    last = last_event(events.substr(0, static_cast<std::size_t>(last.data() - events.data())));
  error_ = error_at_beginning(last);
}

}  // namespace weir::wire
