// A whole answer in the other mode: one JSON document from server-sent events, and the other way round.
//
// The other mode says the same: text, tool calls, stop reason, usage, and everything else that fits, with
// every number spelled as it was. Only /v1/chat/completions, /v1/completions, /v1/responses and /v1/messages
// have two modes. Work grows linearly with the answer's size. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/padded.h"
#include "wire/paths.h"

namespace weir::replay {

// The same answer as one document. nullopt where `events` isn't a complete answer (see summary.h) or one
// document can't say the same; then it is as if nothing were known.
std::optional<std::string> as_whole(const wire::RelayedPath& path, std::string_view events);

// Whether a chat's or completion's stream has, before [DONE], the event with nothing but the usage that
// `stream_options.include_usage` asks for. The other formats always carry their usage.
enum class UsageEvent : std::uint8_t { wanted, unwanted };

// The same answer as a stream, every text in one piece. nullopt where `whole` isn't a complete answer.
std::optional<std::string> as_events(const wire::RelayedPath& path, PaddedView whole, UsageEvent usage_event);

}  // namespace weir::replay
