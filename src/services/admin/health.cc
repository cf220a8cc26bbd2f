#include "admin/health.h"

#include <algorithm>
#include <array>

#include "base/json_string.h"
#include "base/rfc3339.h"

namespace weir::admin {
namespace {

using std::string_view_literals::operator""sv;
constexpr std::array kAlivePaths{"/livez"sv, "/health/liveliness"sv};
constexpr std::array kReadyPaths{"/readyz"sv, "/health"sv, "/health/readiness"sv};

}  // namespace

bool Health::answers(std::string_view path) {
  return std::ranges::find(kAlivePaths, path) != kAlivePaths.end() ||
         std::ranges::find(kReadyPaths, path) != kReadyPaths.end();
}

std::string Health::readiness() const {
  using Stage = telemetry::Lifecycle::Stage;
  auto stage = lifecycle_.stage();
  std::string_view status = stage == Stage::serving    ? "ready"
                            : stage == Stage::starting ? "starting"
                                                       : "draining";
  std::string degraded;
  for (const auto& part : degradations_.list()) {
    if (!degraded.empty()) degraded += ',';
    degraded += fmt::format(R"({{"part":{},"reason":{},"since":"{}"}})", json_string(part.part),
                            json_string(part.reason), rfc3339(part.since));
  }
  return fmt::format(R"({{"status":"{}","degraded":[{}]}})", status, degraded);
}

Task<void> Health::answer(http::ServerConnection& connection, Cancellation& stop) const {
  bool alive_only = std::ranges::find(kAlivePaths, connection.head().path) != kAlivePaths.end();
  bool serving = lifecycle_.stage() == telemetry::Lifecycle::Stage::serving;
  http::HeaderLines lines;
  lines.add("content-type", "application/json");
  lines.add("cache-control", "no-store");
  std::string body = alive_only ? R"({"status":"alive"})" : readiness();
  // Whoever asks and leaves before the answer needs none.
  (void)co_await connection.respond(alive_only || serving ? 200 : 503, lines, body, &stop);
}

}  // namespace weir::admin
