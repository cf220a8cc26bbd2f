// Who answers which path.
#pragma once

#include "admin/cache_api.h"
#include "admin/health.h"
#include "admin/metrics.h"
#include "admin/resilience_api.h"
#include "journey/journey.h"
#include "listener/listener.h"
#include "mock/mock.h"

namespace weir::app {

// One loop's.
class FrontDesk final : public listener::Handler {
 public:
  // `simulation` is the simulated provider's, whose ledger is at /api/v1/mock/ledger.
  FrontDesk(journey::Journey& journey, const admin::Health& health, admin::Metrics& metrics,
            admin::CacheApi& cache, admin::ResilienceApi& resilience, const mock::Mock& simulation)
      : journey_(journey),
        health_(health),
        metrics_(metrics),
        cache_(cache),
        resilience_(resilience),
        simulation_(simulation) {}

  Task<void> answer(http::ServerConnection& connection, Cancellation& stop) override;
  Task<void> refuse(http::ServerConnection& connection) override { return journey_.refuse(connection); }

 private:
  // Why whoever asks may not see what is for operators; nothing if they may.
  std::optional<admin::Problem> refusal(const http::RequestHead& head) const;
  // The admin API.
  Task<void> administer(http::ServerConnection& connection, Cancellation& stop);
  Task<void> answer_ledger(http::ServerConnection& connection, Cancellation& stop);

  journey::Journey& journey_;
  const admin::Health& health_;
  admin::Metrics& metrics_;
  admin::CacheApi& cache_;
  admin::ResilienceApi& resilience_;
  const mock::Mock& simulation_;
};

}  // namespace weir::app
