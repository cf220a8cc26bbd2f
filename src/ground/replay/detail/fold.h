// Each format's own half of modes.h: a stream folded into one document, and a document unfolded into a
// stream.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/sse.h"
#include "replay/detail/json.h"
#include "replay/modes.h"
#include "wire/paths.h"

namespace weir::replay {

// Formats of an answer that has two modes.
enum class Format : std::uint8_t { chat, completion, response, message };
// nullopt for paths that have only whole answers.
std::optional<Format> format_of(const wire::RelayedPath& path);

// One event's data, padded, and whether it is OpenAI's `[DONE]`.
using Events = std::vector<http::Event>;
// nullopt when an event is too large to be read. An event that the stream's end cuts off before its blank
// line counts, as it does for the SDKs.
std::optional<Events> read_events(std::string_view stream);

struct Folded {
  std::string whole;
  // Whether the document says all that the stream says. If not, its stop reason, usage and kinds of content
  // are still right.
  bool faithful = true;
};
// nullopt where the stream isn't a complete answer: no last event, an error in it, or JSON that can't be
// read.
std::optional<Folded> fold(Format format, const Events& events);
std::optional<Folded> fold_chat(const Events& events);
std::optional<Folded> fold_completion(const Events& events);
std::optional<Folded> fold_response(const Events& events);
std::optional<Folded> fold_message(const Events& events);

// `whole` is from a checked document, and a proper answer (see summary.h).
std::optional<std::string> unfold(Format format, Value whole, UsageEvent usage_event);
std::string unfold_chat(Value whole, UsageEvent usage_event);
std::string unfold_completion(Value whole, UsageEvent usage_event);
std::optional<std::string> unfold_response(Value whole);
std::string unfold_message(Value whole);

}  // namespace weir::replay
