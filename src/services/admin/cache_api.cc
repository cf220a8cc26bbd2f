#include "admin/cache_api.h"

#include <array>

#include "base/json_string.h"
#include "base/rfc3339.h"

namespace weir::admin {
namespace {

constexpr std::string_view kPurge = "/api/v1/cache/purge";
constexpr std::string_view kStats = "/api/v1/cache/stats";

std::string to_json(const CacheFigures& figures) {
  return fmt::format(R"({{"layer":{},"requests":{{"hit":{},"miss":{},"stale":{},"joined":{},"bypass":{}}},)"
                     R"("evictions":{{"capacity":{},"expired":{},"purged":{},"replaced":{}}},)"
                     R"("entries":{},"bytes":{},"capacity_bytes":{},"saved_nanos":{}}})",
                     json_string(figures.layer), figures.hit, figures.miss, figures.stale, figures.joined,
                     figures.bypass, figures.evicted_for_room, figures.expired, figures.purged,
                     figures.replaced, figures.entries, figures.bytes, figures.capacity_bytes,
                     figures.saved_nanos);
}

}  // namespace

bool CacheApi::answers(std::string_view path) { return path == kPurge || path == kStats; }

Task<void> CacheApi::answer(http::ServerConnection& connection, Cancellation& stop) {
  const auto& head = connection.head();
  std::string_view method = head.path == kPurge ? "POST" : "GET";
  if (head.method != method) {
    return answer_problem(connection, stop,
                          {.status = 405,
                           .code = "wrong_method",
                           .detail = fmt::format("{} takes {} only.", head.path, method),
                           .allowed_method = method});
  }
  if (head.path == kPurge) return purge(connection, stop);
  if (!head.query.empty()) {
    return answer_problem(
        connection, stop,
        {.status = 400,
         .code = "malformed_request",
         .detail = "group_by is not built yet: there is one line for each layer of the cache.",
         .errors = {{"group_by", "leave it out"}}});
  }
  return answer_document(connection, stop, stats());
}

Task<void> CacheApi::purge(http::ServerConnection& connection, Cancellation& stop) {
  auto body = co_await connection.read_body(&stop);
  if (!body) {
    co_return co_await answer_problem(
        connection, stop,
        {.status = body.error().status, .code = "malformed_http", .detail = body.error().reason});
  }
  auto order = read_purge_order(body->text);
  if (!order) co_return co_await answer_problem(connection, stop, std::move(order).error());
  auto purged = co_await cache_.purge(std::move(order->targets), order->mode);
  co_await answer_document(connection, stop,
                           fmt::format(R"({{"matched":{},"generation":{},"confirmed_at":"{}"}})",
                                       purged.matched, purged.generation, rfc3339(clock_.wall())));
}

std::string CacheApi::stats() const {
  std::string data;
  for (const auto& figures : cache_.figures()) {
    if (!data.empty()) data += ',';
    data += to_json(figures);
  }
  return fmt::format(R"({{"data":[{}]}})", data);
}

}  // namespace weir::admin
