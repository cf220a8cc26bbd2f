// Who answers which path.
#pragma once

#include "admin/health.h"
#include "journey/journey.h"
#include "listener/listener.h"

namespace weir::app {

// One loop's.
class FrontDesk final : public listener::Handler {
 public:
  FrontDesk(journey::Journey& journey, const admin::Health& health) : journey_(journey), health_(health) {}

  Task<void> answer(http::ServerConnection& connection, Cancellation& stop) override;
  Task<void> refuse(http::ServerConnection& connection) override { return journey_.refuse(connection); }

 private:
  journey::Journey& journey_;
  const admin::Health& health_;
};

}  // namespace weir::app
