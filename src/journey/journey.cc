#include "journey/journey.h"

#include "base/try.h"
#include "cache/status.h"
#include "journey/asked.h"
#include "journey/relay.h"
#include "telemetry/log.h"

namespace weir::journey {

Journey::Journey(Loop& loop, Random& random, const Together& together, Providers providers)
    : loop_(loop), random_(random), together_(together), providers_(std::move(providers)) {}

Task<void> Journey::answer(http::ServerConnection& connection, Cancellation& stop) {
  RequestId id(loop_.clock().wall(), random_);
  dialect::AnswerWriter answer(connection, stop, id);
  Result<void> outcome;
  try {
    outcome = co_await stages(connection, stop, answer);
  } catch (const std::exception& bug) {
    telemetry::log_error("bug", {{"request_id", id.text()}, {"what", bug.what()}});
    outcome = failure(Failure::Kind::internal,
                      "weir made a mistake; its log has the details under this request id.");
  }
  if (outcome) co_return;
  note_failure(outcome.error(), id);
  co_await answer.fail(outcome.error());
}

Task<Result<void>> Journey::stages(http::ServerConnection& connection, Cancellation& stop,
                                   dialect::AnswerWriter& answer) {
  const auto& head = connection.head();
  const auto* path = CO_TRY(dialect::find_path(head));
  auto caller = CO_TRY(admit(head));
  auto body = co_await connection.read_body(&stop);
  if (!body) co_return std::unexpected(dialect::failure_of(body.error()));
  auto fields = CO_TRY(dialect::read_fields(*path, head, *body));
  auto deployment = CO_TRY(together_.routing.choose(fields.model, path->dialect, random_));

  cache::Question question{caller.tenant, *path, head, fields, *body};
  auto plan = CO_TRY(together_.cache.plan(question, deployment.cacheable));
  Asked asked{connection, stop, answer, *path, fields, deployment, plan};
  if (auto served = together_.cache.find(plan)) co_return co_await serve(*served, asked);
  if (plan.directives.only_if_cached) co_return std::unexpected(cache::not_cached());

  auto watch = connection.socket().cancel_on_hangup(stop);
  co_return co_await fly(asked);
}

Result<auth::Caller> Journey::admit(const http::RequestHead& head) const {
  if (together_.lifecycle.draining()) {
    return std::unexpected(Failure{.kind = Failure::Kind::draining,
                                   .message = "weir is shutting down; ask again.",
                                   .retryable = true,
                                   .retry_after = std::chrono::seconds(1)});
  }
  return together_.auth.identify(head);
}

Task<Result<void>> Journey::serve(const cache::Served& served, const Asked& asked) {
  cache_counters_.hits.add();
  const auto& facts = served.answer->facts();
  if (facts.cost) cache_counters_.saved_nanos.add(static_cast<std::uint64_t>(facts.cost->count));
  cache::add_hit_lines(asked.plan, served, loop_.now(), loop_.clock().wall(), asked.answer.lines());
  Relay relay(loop_, together_.cache, asked.plan, asked.answer, asked.stop);
  co_return co_await relay.pass_kept(*served.answer);
}

Task<void> Journey::refuse(http::ServerConnection& connection) {
  RequestId id(loop_.clock().wall(), random_);
  note_failure(dialect::failure_of(connection.rejection()), id);
  co_await dialect::answer_rejection(connection, connection.rejection(), id);
}

Task<void> Journey::fail(http::ServerConnection& connection, Cancellation& stop, Failure failure) {
  RequestId id(loop_.clock().wall(), random_);
  note_failure(failure, id);
  dialect::AnswerWriter answer(connection, stop, id);
  co_await answer.fail(failure);
}

void Journey::note_failure(const Failure& failure, const RequestId& id) {
  failures_[static_cast<std::size_t>(failure.kind)].add();
  const auto& failure_class = class_of(failure.kind);
  if (failure_class.origin == Origin::caller) return;
  telemetry::log_warning(failure_class.code, {{"request_id", id.text()}, {"message", failure.message}});
}

Task<void> Journey::end(Duration patience) { co_await calls_.wait_until_empty({loop_.now() + patience}); }

}  // namespace weir::journey
