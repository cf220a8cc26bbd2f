// A provider's account of an answer's tokens, in either dialect's words.
#pragma once

#include <optional>

#include "model/dialect.h"
#include "model/usage.h"
#include "replay/detail/json.h"

namespace weir::replay {

// `value` is the member `usage`. nullopt where it counts neither input nor output.
std::optional<Usage> usage_of(Dialect dialect, Value value);

}  // namespace weir::replay
