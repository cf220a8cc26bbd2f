// Sizes and shares as types, so that a count of bytes is never taken for anything else.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace weir {

// A number of bytes.
struct Bytes {
  std::uint64_t count = 0;
  constexpr auto operator<=>(const Bytes&) const = default;
};

constexpr Bytes operator""_B(unsigned long long n) { return {n}; }
constexpr Bytes operator""_KiB(unsigned long long n) { return {n << 10}; }
constexpr Bytes operator""_MiB(unsigned long long n) { return {n << 20}; }
constexpr Bytes operator""_GiB(unsigned long long n) { return {n << 30}; }

// A share of a whole, 0 to 1 in most places: 0.8 is 80%.
struct Share {
  double of_one = 0;
  constexpr auto operator<=>(const Share&) const = default;
};

}  // namespace weir
