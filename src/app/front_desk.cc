#include "app/front_desk.h"

#include "dialect/request.h"

namespace weir::app {
namespace {

constexpr std::string_view kModels = "/v1/models";
constexpr std::string_view kLedger = "/api/v1/mock/ledger";

bool is_read_only(std::string_view path) {
  return admin::Health::answers(path) || path == kModels || path == kLedger;
}

}  // namespace

Task<void> FrontDesk::answer(http::ServerConnection& connection, Cancellation& stop) {
  const auto& head = connection.head();
  if (!is_read_only(head.path)) return journey_.answer(connection, stop);
  if (head.method != "GET" && head.method != "HEAD") {
    return journey_.fail(connection, stop, dialect::wrong_method(head.path, "GET"));
  }
  if (head.path == kModels) return journey_.list_models(connection, stop);
  if (head.path == kLedger) return answer_ledger(connection, stop);
  return health_.answer(connection, stop);
}

Task<void> FrontDesk::answer_ledger(http::ServerConnection& connection, Cancellation& stop) {
  if (auto caller = auth_.identify(connection.head()); !caller) {
    co_return co_await journey_.fail(connection, stop, caller.error());
  }
  http::HeaderLines lines;
  lines.add("content-type", "application/json");
  std::string body = mock::to_json(simulation_.ledger());
  // Whoever asks and leaves before the answer needs none.
  (void)co_await connection.respond(200, lines, body, &stop);
}

}  // namespace weir::app
