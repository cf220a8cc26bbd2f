// Money as integers (DESIGN section 5): prices in pico-dollars for a token, sums in nano-dollars.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "model/usage.h"

namespace weir {

struct NanoDollars {
  std::int64_t count = 0;
  auto operator<=>(const NanoDollars&) const = default;
};

// Pico-dollars for a token, which are dollars for a million tokens times a million.
struct Prices {
  std::uint64_t input = 0;
  std::uint64_t cached_input = 0;
  std::uint64_t output = 0;
};

// Summed in 128 bits and rounded half up once. Nothing where it is past 63 bits, which no true usage comes
// to.
std::optional<NanoDollars> cost_of(const Usage& usage, const Prices& prices);

// "0.000125", as in `x-weir-saved-usd`: dollars with as many decimals as it takes, at most nine.
std::string to_dollars(NanoDollars amount);

}  // namespace weir
