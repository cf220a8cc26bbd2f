#include "app/front_desk.h"

namespace weir::app {

Task<void> FrontDesk::answer(http::ServerConnection& connection, Cancellation& stop) {
  const auto& head = connection.head();
  bool reads = head.method == "GET" || head.method == "HEAD";
  if (reads && admin::Health::answers(head.path)) return health_.answer(connection, stop);
  if (reads && head.path == "/v1/models") return journey_.list_models(connection, stop);
  if (reads && head.path == "/api/v1/mock/ledger" && auth_.identify(head))
    return answer_ledger(connection, stop);
  return journey_.answer(connection, stop);
}

Task<void> FrontDesk::answer_ledger(http::ServerConnection& connection, Cancellation& stop) {
  http::HeaderLines lines;
  lines.add("content-type", "application/json");
  std::string body = mock::to_json(simulation_.ledger());
  // Whoever asks and leaves before the answer needs none.
  (void)co_await connection.respond(200, lines, body, &stop);
}

}  // namespace weir::app
