// POST /api/v1/cache/purge and GET /api/v1/cache/stats (CONTRACT "Admin API").
#pragma once

#include "admin/cache_port.h"
#include "admin/problem.h"
#include "base/clock.h"
#include "base/padded.h"

namespace weir::admin {

struct PurgeOrder {
  std::vector<PurgeTarget> targets;
  PurgeMode mode = PurgeMode::purge;
};

// {"all":true, "keys":[…], "tags":[…], "models":[…], "classes":[…], "namespaces":[…], "dry_run":false}: at
// least one of the first six. The problem names each member that is wrong.
std::expected<PurgeOrder, Problem> read_purge_order(std::string_view body);

// One loop's. Whoever calls must be allowed to.
class CacheApi {
 public:
  CacheApi(const Clock& clock, CachePort& cache) : clock_(clock), cache_(cache) {}

  static bool answers(std::string_view path);
  Task<void> answer(http::ServerConnection& connection, Cancellation& stop);

 private:
  Task<void> purge(http::ServerConnection& connection, Cancellation& stop);
  std::string stats() const;

  const Clock& clock_;
  CachePort& cache_;
};

}  // namespace weir::admin
