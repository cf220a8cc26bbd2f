#include "app/front_desk.h"

namespace weir::app {

Task<void> FrontDesk::answer(http::ServerConnection& connection, Cancellation& stop) {
  const auto& head = connection.head();
  bool reads = head.method == "GET" || head.method == "HEAD";
  if (reads && admin::Health::answers(head.path)) return health_.answer(connection, stop);
  if (reads && head.path == "/v1/models") return journey_.list_models(connection, stop);
  return journey_.answer(connection, stop);
}

}  // namespace weir::app
