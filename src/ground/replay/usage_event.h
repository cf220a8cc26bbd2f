// The event that carries only the usage, which weir asks for where the caller didn't, and takes out again.
#pragma once

#include <string_view>

#include "wire/paths.h"

namespace weir::replay {

// Its bytes inside `events`, blank line and all; empty where there is none. `events` begin where an event
// begins. Of OpenAI's chat completions and completions: a chunk with no choices and a usage
// (platform.openai.com/docs/api-reference/chat/create, stream_options). Costs one search where there is none.
std::string_view find_usage_event(const wire::RelayedPath& path, std::string_view events);

}  // namespace weir::replay
