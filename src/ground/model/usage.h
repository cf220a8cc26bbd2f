// What an answer used, as its provider counted it.
#pragma once

#include <cstdint>

namespace weir {

// Tokens. `cached_input` is part of `input`, `reasoning` part of `output`.
struct Usage {
  std::uint64_t input = 0;
  std::uint64_t cached_input = 0;
  std::uint64_t output = 0;
  std::uint64_t reasoning = 0;
  bool operator==(const Usage&) const = default;
};

}  // namespace weir
