// Whether an answer is what it says it is.
#pragma once

#include "base/padded.h"

namespace weir::wire {

// Whether `body` is one whole JSON document, with all its structure in place.
bool is_json(PaddedView body);

}  // namespace weir::wire
