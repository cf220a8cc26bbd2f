// How large the head of a message may be.
#pragma once

#include <cstddef>

#include "base/units.h"

namespace weir::http {

struct HeadLimits {
  Bytes head = 64_KiB;        // from the first byte to the empty line
  std::size_t headers = 100;  // field lines
};

}  // namespace weir::http
