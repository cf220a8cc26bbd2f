#include "replay/detail/fold.h"

#include <array>
#include <utility>

namespace weir::replay {

std::optional<Format> format_of(const wire::RelayedPath& path) {
  using std::string_view_literals::operator""sv;
  constexpr std::array kFormats{
      std::pair{"/v1/chat/completions"sv, Format::chat}, std::pair{"/v1/completions"sv, Format::completion},
      std::pair{"/v1/responses"sv, Format::response}, std::pair{"/v1/messages"sv, Format::message}};
  for (auto [name, format] : kFormats) {
    if (path.path == name) return format;
  }
  return std::nullopt;
}

std::optional<Events> read_events(std::string_view stream) {
  http::EventReader reader;
  Events events;
  if (!reader.read(stream, events) || !reader.read("\n\n", events)) return std::nullopt;
  for (http::Event& event : events) event.data.reserve(event.data.size() + kPadding);
  return events;
}

std::optional<Folded> fold(Format format, const Events& events) {
  switch (format) {
    case Format::chat:
      return fold_chat(events);
    case Format::completion:
      return fold_completion(events);
    case Format::response:
      return fold_response(events);
    case Format::message:
      return fold_message(events);
  }
  std::unreachable();
}

std::optional<std::string> unfold(Format format, Value whole, UsageEvent usage_event) {
  switch (format) {
    case Format::chat:
      return unfold_chat(whole, usage_event);
    case Format::completion:
      return unfold_completion(whole, usage_event);
    case Format::response:
      return unfold_response(whole);
    case Format::message:
      return unfold_message(whole);
  }
  std::unreachable();
}

}  // namespace weir::replay
