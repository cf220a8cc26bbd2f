#include "app/front_desk.h"

#include "dialect/request.h"

namespace weir::app {
namespace {

constexpr std::string_view kModels = "/v1/models";
constexpr std::string_view kAdmin = "/api/v1/";
constexpr std::string_view kLedger = "/api/v1/mock/ledger";

bool reads(const http::RequestHead& head) { return head.method == "GET" || head.method == "HEAD"; }

}  // namespace

Task<void> FrontDesk::answer(http::ServerConnection& connection, Cancellation& stop) {
  const auto& head = connection.head();
  if (head.path.starts_with(kAdmin)) return administer(connection, stop);
  bool is_health = admin::Health::answers(head.path);
  bool is_metrics = admin::Metrics::answers(head.path);
  if (!is_health && !is_metrics && head.path != kModels) return journey_.answer(connection, stop);
  if (!reads(head)) return journey_.fail(connection, stop, dialect::wrong_method(head.path, "GET"));
  if (is_health) return health_.answer(connection, stop);
  if (!is_metrics) return journey_.list_models(connection, stop);
  auto problem = journey_.setup().rules->settings.metrics.protect ? refusal(head) : std::nullopt;
  if (problem) return admin::answer_problem(connection, stop, *std::move(problem));
  return metrics_.answer(connection, stop);
}

std::optional<admin::Problem> FrontDesk::refusal(const http::RequestHead& head) const {
  auto caller = journey_.setup().rules->auth.identify(head);
  if (caller) return std::nullopt;
  return admin::problem_of(caller.error());
}

Task<void> FrontDesk::administer(http::ServerConnection& connection, Cancellation& stop) {
  const auto& head = connection.head();
  if (auto problem = refusal(head)) return admin::answer_problem(connection, stop, *std::move(problem));
  if (admin::CacheApi::answers(head.path)) return cache_.answer(connection, stop);
  if (admin::ResilienceApi::answers(head.path)) return resilience_.answer(connection, stop);
  if (head.path != kLedger) {
    return admin::answer_problem(connection, stop,
                                 {.status = 404,
                                  .code = "no_such_path",
                                  .detail = "There is no such path in the admin API; see the documents."});
  }
  if (!reads(head)) {
    return admin::answer_problem(connection, stop, admin::problem_of(dialect::wrong_method(kLedger, "GET")));
  }
  return answer_ledger(connection, stop);
}

Task<void> FrontDesk::answer_ledger(http::ServerConnection& connection, Cancellation& stop) {
  http::HeaderLines lines;
  lines.add("content-type", "application/json");
  std::string body = mock::to_json(simulation_.ledger());
  // Whoever asks and leaves before the answer needs none.
  (void)co_await connection.respond(200, lines, body, &stop);
}

}  // namespace weir::app
