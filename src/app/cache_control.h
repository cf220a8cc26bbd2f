// The cache as the admin API sees it.
#pragma once

#include "admin/cache_port.h"
#include "app/metrics.h"
#include "cache/cache.h"

namespace weir::app {

// One loop's. Everything given must outlive it.
class CacheControl final : public admin::CachePort {
 public:
  // `each_loop` shows the figures of all loops, which are summed.
  CacheControl(Loop& loop, cache::Cache& cache, const recording::MemoryBudget& memory, EachLoop each_loop)
      : loop_(loop), cache_(cache), memory_(memory), each_loop_(std::move(each_loop)) {}

  Task<admin::Purged> purge(std::vector<admin::PurgeTarget> targets, admin::PurgeMode mode) override;
  std::vector<admin::CacheFigures> figures() const override;

 private:
  Loop& loop_;
  cache::Cache& cache_;
  const recording::MemoryBudget& memory_;
  EachLoop each_loop_;
};

}  // namespace weir::app
