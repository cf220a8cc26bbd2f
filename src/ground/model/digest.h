// A 256-bit digest that stands for something too long to compare: a request's canonical form, its raw bytes.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

// Keyed and collision-resistant, so equal digests mean equal things and nobody can aim for a shard.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const Digest&) const = default;
};

// Its first eight bytes are as good as any hash of it.
struct DigestHash {
  std::size_t operator()(const Digest& digest) const {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.bytes.data(), sizeof(hash));
    return hash;
  }
};

// 64 lower-case hexadecimal digits, as in `x-weir-cache-key`.
std::string to_hex(const Digest& digest);
// Nothing where `text` is not that.
std::optional<Digest> digest_from_hex(std::string_view text);

}  // namespace weir
