// The cache as the admin API sees it.
#pragma once

#include <functional>

#include "admin/cache_port.h"
#include "cache/cache.h"
#include "journey/journey.h"

namespace weir::app {

// One loop's. Everything given must outlive it.
class CacheControl final : public admin::CachePort {
 public:
  // `each_journey` shows the journeys of all loops, whose counters are summed.
  using EachJourney = std::function<void(const std::function<void(const journey::Journey&)>&)>;
  CacheControl(Loop& loop, cache::Cache& cache, const recording::MemoryBudget& memory,
               EachJourney each_journey)
      : loop_(loop), cache_(cache), memory_(memory), each_journey_(std::move(each_journey)) {}

  Task<admin::Purged> purge(std::vector<admin::PurgeTarget> targets, admin::PurgeMode mode) override;
  std::vector<admin::CacheFigures> figures() const override;

 private:
  Loop& loop_;
  cache::Cache& cache_;
  const recording::MemoryBudget& memory_;
  EachJourney each_journey_;
};

}  // namespace weir::app
