// An answer that nobody made: a text from the configuration, in the form that the caller's SDK expects.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/ids.h"
#include "wire/paths.h"

namespace weir::replay {

// The whole answer, with no tokens used. Nothing for paths whose answers are no text: only chat completions,
// Responses and Messages have one.
std::optional<std::string> canned_answer(const wire::RelayedPath& path, std::string_view model,
                                         std::string_view text, const RequestId& id, WallTime now);

}  // namespace weir::replay
