// Entries for tests of the memory cache.
#pragma once

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "cache/entry.h"
#include "recording/memory_budget.h"

namespace weir::cache::testing_entries {

inline TenantId tenant(std::uint64_t n) { return {"tenant_" + std::to_string(n)}; }

// Stands in for the keyed digest of a request: as evenly spread, and the tenant is in it.
inline Digest digest_of(const TenantId& whose, std::uint64_t prompt) {
  Random random(std::hash<std::string>{}(whose.value) ^ (prompt + 1) * 0x9e3779b97f4a7c15);
  Digest digest;
  for (std::size_t i = 0; i < digest.bytes.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t part = random.next();
    std::memcpy(digest.bytes.data() + i, &part, sizeof(part));
  }
  return digest;
}

inline EntryKey key_of(const TenantId& whose, std::uint64_t prompt,
                       recording::Mode mode = recording::Mode::whole) {
  return {digest_of(whose, prompt), mode};
}

// Empty when the budget has no room.
inline Ref<const recording::KeptAnswer> answer_of(recording::MemoryBudget& budget, std::string_view text,
                                                  std::size_t size = 0) {
  std::string filling(size > text.size() ? size - text.size() : 0, '.');
  std::array<std::string_view, 2> parts{text, filling};
  return recording::KeptAnswer::make(budget, {}, "content-type: text/plain\r\n", parts);
}

inline bool begins_with(const Hit& hit, std::string_view text) {
  return hit.answer->body().text.starts_with(text);
}

}  // namespace weir::cache::testing_entries
