#include "journey/journey.h"

#include "base/try.h"
#include "journey/relay.h"
#include "telemetry/log.h"

namespace weir::journey {

// A request that is understood, and where it goes.
struct Journey::Asked {
  provider::Provider& provider;
  provider::Request request;
};

Journey::Journey(Loop& loop, Random& random, const telemetry::Lifecycle& lifecycle,
                 const auth::Authenticator& auth, const routing::Router& routing, Providers providers)
    : loop_(loop),
      random_(random),
      lifecycle_(lifecycle),
      auth_(auth),
      routing_(routing),
      providers_(std::move(providers)) {}

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
  auto deployment = CO_TRY(routing_.choose(fields.model, path->dialect, random_));

  answer.lines().add("x-weir-deployment", fmt::format("{}/{}", deployment.provider, deployment.model));
  auto watch = connection.socket().cancel_on_hangup(stop);
  auto& provider = *providers_.find(deployment.provider)->second;
  co_return co_await call({provider, {*path, head, fields, *body, deployment.model}}, stop, answer);
}

Task<Result<void>> Journey::call(const Asked& asked, Cancellation& stop, dialect::AnswerWriter& answer) {
  provider::Call call(asked.provider, asked.request, stop);
  answer.lines().add("x-weir-attempts", "1");
  if (!call.edits().empty()) answer.lines().add("x-weir-edits", call.edits());
  CO_TRY(co_await call.send());
  Relay relay(loop_, asked.provider.name(), asked.request, call, answer);
  if (asked.request.fields.mode == wire::RequestFields::Mode::whole) co_return co_await relay.pass();
  open_streams_.add();
  auto outcome = co_await relay.pass();
  open_streams_.subtract();
  co_return outcome;
}

Result<auth::Caller> Journey::admit(const http::RequestHead& head) const {
  if (lifecycle_.draining()) {
    return std::unexpected(Failure{.kind = Failure::Kind::draining,
                                   .message = "weir is shutting down; ask again.",
                                   .retryable = true,
                                   .retry_after = std::chrono::seconds(1)});
  }
  return auth_.identify(head);
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

}  // namespace weir::journey
