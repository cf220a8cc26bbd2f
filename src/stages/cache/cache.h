// The cache as the journey sees it: what to do with a request, an answer for it, and keeping a new one.
//
//   auto plan = CO_TRY(cache.plan(question, cacheable, settings));
//   if (auto served = cache.find(plan)) …
//   cache.keep(plan, plan.key, summary, answer);
//   cache.purge(selector);
#pragma once

#include <optional>

#include "cache/cacheable.h"
#include "cache/keys.h"
#include "cache/memory_cache.h"
#include "cache/plan.h"
#include "config/settings.h"
#include "replay/summary.h"

namespace weir::cache {

// An answer that was kept, in the mode in which it is wanted.
struct Served {
  Ref<const recording::KeptAnswer> answer;
  TimePoint expires{};
};

// Any thread. Everything given must outlive it.
class Cache {
 public:
  Cache(recording::MemoryBudget& memory, const Secret& secret, const Clock& clock);

  // Fails with malformed_request where a caching header or LiteLLM's `cache` makes no sense.
  Result<Plan> plan(const Question& question, config::Cacheable cacheable,
                    const config::CacheSettings& settings);

  // An answer for the request, if there is one in either mode that the request allows.
  std::optional<Served> find(const Plan& plan);
  // One for a request that can have no other: it may have expired (RFC 5861 section 4), but for less time
  // than the caller, else the settings, allow. A fresh one comes first, if there is one after all. The
  // cache's figures don't count it.
  std::optional<Served> find_stale(const Plan& plan);
  // The key that a plan for the same question would have, had `model` been called.
  std::optional<Digest> key_under(const Plan& plan, const Question& question, std::string_view model) const;
  // Keeps a whole answer under `key`, the plan's own or another model's, if it is of a kind that is kept.
  // Whether it was: it may be purged already, and there may be no room.
  bool keep(const Plan& plan, const Digest& key, const replay::Summary& summary,
            Ref<const recording::KeptAnswer> answer);
  // The same answer in the plan's mode; empty where that can't be done.
  Ref<const recording::KeptAnswer> in_mode_of(const Plan& plan, const recording::KeptAnswer& answer);

  // Whether a flight that was begun then has not been purged since.
  bool alive(const Begun& begun) const { return generations_.judge(begun.covered, begun.at).has_value(); }

  Generation purge(const Selector& selector) { return generations_.purge(selector); }
  Generation generation() const { return generations_.now(); }
  MemoryCache& memory() { return memory_cache_; }

 private:
  std::optional<Digest> key_of(const Question& question, std::string_view name_space);
  std::optional<Served> served(const Plan& plan, Hit hit, TimePoint now) const;

  recording::MemoryBudget& budget_;
  const Clock& clock_;
  Keys keys_;
  Generations generations_;
  MemoryCache memory_cache_;
};

}  // namespace weir::cache
