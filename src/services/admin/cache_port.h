// What the admin API needs of the cache. `app` implements it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/digest.h"
#include "runtime/task.h"

namespace weir::admin {

// One thing that a purge names.
struct PurgeTarget {
  enum class What : std::uint8_t { everything, key, tag, model, cache_class, cache_namespace };
  What what;
  std::string name = {};  // empty for `everything` and `key`
  Digest key = {};
};

enum class PurgeMode : std::uint8_t { dry_run, purge };

struct Purged {
  std::uint64_t matched = 0;     // answers; one that several targets name counts for each in a dry run
  std::uint64_t generation = 0;  // of the cache, afterwards
};

// One layer's, since the start.
struct CacheFigures {
  std::string layer;
  std::uint64_t hit = 0;
  std::uint64_t miss = 0;
  std::uint64_t stale = 0;   // of the misses: it was there, but expired
  std::uint64_t joined = 0;  // answered by a call that was under way
  std::uint64_t bypass = 0;  // not to be looked for
  std::uint64_t evicted_for_room = 0;
  std::uint64_t expired = 0;
  std::uint64_t purged = 0;
  std::uint64_t replaced = 0;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::uint64_t capacity_bytes = 0;
  std::uint64_t saved_nanos = 0;  // what hits would have cost, where prices are known
};

// Any loop's thread.
class CachePort {
 public:
  virtual ~CachePort() = default;
  // When it is done, nothing that was begun before is served. Frees memory in steps, so that the loop it runs
  // on goes on with other things in between.
  virtual Task<Purged> purge(std::vector<PurgeTarget> targets, PurgeMode mode) = 0;
  virtual std::vector<CacheFigures> figures() const = 0;
};

}  // namespace weir::admin
