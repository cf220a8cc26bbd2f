// What is put into the memory cache, and what comes out.
#pragma once

#include <cstdint>
#include <expected>

#include "base/clock.h"
#include "base/ref.h"
#include "cache/generations.h"
#include "cache/selector.h"
#include "model/digest.h"
#include "model/ids.h"
#include "recording/kept_answer.h"

namespace weir::cache {

// The two modes of one answer are two entries.
struct EntryKey {
  Digest canonical;
  recording::Mode mode = recording::Mode::whole;
  bool operator==(const EntryKey&) const = default;
};

struct EntryKeyHash {
  std::size_t operator()(const EntryKey& key) const noexcept {
    return DigestHash{}(key.canonical) + static_cast<std::size_t>(key.mode);
  }
};

struct Entry {
  EntryKey key;
  TenantId tenant;      // it counts against this one's share
  Covered covered;      // what purges it
  Generation begun;     // when its flight opened, not when it landed
  TimePoint expires{};  // TimePoint::max(): never
  Ref<const recording::KeptAnswer> answer;
  Duration stale_for{};  // it is kept so much longer, for who can have no other
};

struct Hit {
  Ref<const recording::KeptAnswer> answer;
  TimePoint expires{};
};

// Expired is what has not been met by a look-up since; whoever looks again finds it absent.
enum class Miss : std::uint8_t { absent, expired, purged };
using Found = std::expected<Hit, Miss>;

// What became of an entry that was to be kept.
enum class Kept : std::uint8_t {
  kept,
  dead,     // purged while it was on its way
  no_room,  // the budget is full of what can't be evicted
};

}  // namespace weir::cache
