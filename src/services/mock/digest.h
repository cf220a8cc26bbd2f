// Numbers that look random and depend on nothing but what went in: the same prompt always gets the same
// answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::mock {

// The last step of splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

// FNV-1a over the bytes, mixed at the end. Not for secrets.
constexpr std::uint64_t digest(std::uint64_t seed, std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325 ^ mix(seed);
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return mix(hash);
}

// 0 up to, but not including, 1.
constexpr double unit_from(std::uint64_t digest) { return static_cast<double>(digest >> 11) * 0x1.0p-53; }

// 24 letters and digits, as in the ids that providers give: "chatcmpl-" + id_from(digest).
std::string id_from(std::uint64_t digest);

}  // namespace weir::mock
