// What is known of an answer that has come to its end: enough to decide whether it is kept, and what it cost.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/padded.h"
#include "model/usage.h"
#include "wire/paths.h"

namespace weir::replay {

struct Summary {
  enum class Stop : std::uint8_t {
    finished,
    cut,    // by its length: finish_reason length, stop_reason max_tokens, incomplete for max_output_tokens
    other,  // filtered, refused, paused, failed, cancelled, not begun, or a reason that weir doesn't know
  };
  // Of several choices the worst, in the order above.
  Stop stop = Stop::finished;
  // The model asks the caller to run a tool; tools that the provider ran itself don't count.
  bool tool_calls = false;
  // Anthropic's `input` is input_tokens + cache_creation_input_tokens + cache_read_input_tokens, since its
  // input_tokens leave out what was cached; `cached_input` is cache_read_input_tokens.
  std::optional<Usage> usage = {};
  bool operator==(const Summary&) const = default;
};

// nullopt where `body` is not a proper, complete answer of this path: an error, another shape, a choice
// without its stop reason. On a path with one mode any document that isn't an error is `finished`.
std::optional<Summary> summarize_whole(const wire::RelayedPath& path, PaddedView body);

// The same for a stream: nullopt also where its last event is missing, an error came in it, an event can't be
// read, or the path has no such stream.
std::optional<Summary> summarize_events(const wire::RelayedPath& path, std::string_view events);

}  // namespace weir::replay
