// Whether weir is alive and ready. Never asks a provider, never waits.
#pragma once

#include "http/server_connection.h"
#include "telemetry/degradations.h"
#include "telemetry/lifecycle.h"

namespace weir::admin {

// /livez, /readyz, and LiteLLM's /health, /health/liveliness, /health/readiness.
class Health {
 public:
  Health(const telemetry::Lifecycle& lifecycle, const telemetry::Degradations& degradations)
      : lifecycle_(lifecycle), degradations_(degradations) {}

  static bool answers(std::string_view path);
  Task<void> answer(http::ServerConnection& connection, Cancellation& stop) const;

 private:
  // {"status":"ready","degraded":[{"part","reason","since"}]}
  std::string readiness() const;

  const telemetry::Lifecycle& lifecycle_;
  const telemetry::Degradations& degradations_;
};

}  // namespace weir::admin
