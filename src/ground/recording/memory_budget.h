// One bound for the bytes of all shared recordings and of all answers that are kept (DESIGN section 5).
#pragma once

#include <cstddef>
#include <cstdint>

#include "http/byte_budget.h"

namespace weir::recording {

// The cache gives way in it to what is on its way.
using MemoryBudget = http::ByteBudget;

// What malloc makes of a request for `n` bytes: its own word in front, in steps of 16, 32 at least (glibc's
// malloc).
constexpr std::uint64_t with_malloc(std::size_t n) {
  std::uint64_t rounded = (n + sizeof(std::size_t) + 15) / 16 * 16;
  return rounded < 32 ? 32 : rounded;
}

}  // namespace weir::recording
