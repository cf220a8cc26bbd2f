#include "journey/journey.h"

#include "base/try.h"
#include "cache/status.h"
#include "journey/asked.h"
#include "journey/relay.h"
#include "telemetry/log.h"

namespace weir::journey {

namespace {

std::unexpected<Failure> failure_of_crowd() {
  return std::unexpected(Failure{.kind = Failure::Kind::overloaded,
                                 .message = "weir has as many calls as it can take; ask again in a second.",
                                 .retryable = true,
                                 .retry_after = std::chrono::seconds(1)});
}

// The model that is asked instead while weir is loaded; empty: the same.
std::string_view turn_to_cheaper(const Rules& rules, const wire::RelayedPath& path, routing::Route& route) {
  std::string_view cheaper = route.settings().cheaper;
  if (cheaper.empty()) return {};
  auto other = rules.routing.find(cheaper, path.dialect);
  if (!other) return {};
  route = *std::move(other);
  return cheaper;
}

}  // namespace

Journey::Journey(Loop& loop, Random& random, const Together& together, Outbox& outbox, Setup setup)
    : loop_(loop), random_(random), together_(together), outbox_(outbox) {
  apply(std::move(setup));
}

Task<void> Journey::answer(http::ServerConnection& connection, Cancellation& stop) {
  CallNotes notes(loop_.clock(), random_);
  dialect::AnswerWriter answer(connection, stop, notes.id());
  Result<void> outcome;
  try {
    outcome = co_await stages(connection, stop, answer, notes);
  } catch (const std::exception& bug) {
    telemetry::log_error("bug", {{"request_id", notes.id().text()}, {"what", bug.what()}});
    outcome = failure(Failure::Kind::internal,
                      "weir made a mistake; its log has the details under this request id.");
  }
  if (!outcome) {
    if (!answer.started()) {
      notes.answer_begins(answer.lines());
      notes.add_attempts(answer.lines());
    }
    co_await answer.fail(outcome.error());
  }
  report(notes, answer.status(), outcome);
}

Task<Result<void>> Journey::stages(http::ServerConnection& connection, Cancellation& stop,
                                   dialect::AnswerWriter& answer, CallNotes& notes) {
  const auto& head = connection.head();
  const auto setup = setup_;  // a reload changes nothing for a call that has begun
  const auto& rules = *setup->rules;
  const auto* path = CO_TRY(dialect::find_path(head));
  notes.record().path = path->path;
  notes.begin_trace(rules.settings.traces, head, random_, together_.trace_limit);
  auto caller = CO_TRY(admit(head));
  auto place = together_.admission.enter(caller.tenant);
  if (!place) co_return failure_of_crowd();
  auto body = co_await connection.read_body(&stop);
  if (!body) co_return std::unexpected(dialect::failure_of(body.error()));
  notes.body_was_read();
  auto fields = CO_TRY(dialect::read_fields(*path, head, *body));
  notes.record().streamed = fields.mode == wire::RequestFields::Mode::events;
  auto route = CO_TRY(rules.routing.find(fields.model, path->dialect));
  notes.record().model = route.label();

  const auto level = together_.levels.now();
  const auto instead =
      level >= load::Level::cheaper ? turn_to_cheaper(rules, *path, route) : std::string_view();

  cache::Question question{caller.tenant, *path, head, fields, *body, instead};
  auto plan = CO_TRY(together_.cache.plan(question, route.cacheable(), rules.settings.cache));
  notes.record().cache_detail = plan.detail;
  Asked asked{connection, stop, answer, *path, fields, setup, question, route, plan, level, notes};
  auto served = look_up(asked);
  notes.was_planned();
  if (served) co_return co_await serve(*served, asked, CacheResult::hit);
  if (plan.directives.only_if_cached) co_return std::unexpected(cache::not_cached());
  if (level == load::Level::cache_only) co_return co_await serve_or_refuse(asked);

  auto watch = connection.socket().cancel_on_hangup(stop);
  co_return co_await fly(asked);
}

// What is kept is served while whoever made it may still be asked: a model that was pointed elsewhere by a
// reload answers anew.
std::optional<cache::Served> Journey::look_up(const Asked& asked) {
  auto served = together_.cache.find(asked.plan);
  if (served && !asked.route.has(served->answer->facts().maker.id)) return std::nullopt;
  return served;
}

Result<auth::Caller> Journey::admit(const http::RequestHead& head) const {
  if (together_.lifecycle.draining()) {
    return std::unexpected(Failure{.kind = Failure::Kind::draining,
                                   .message = "weir is shutting down; ask again.",
                                   .retryable = true,
                                   .retry_after = std::chrono::seconds(1)});
  }
  return setup_->rules->auth.identify(head);
}

Task<Result<void>> Journey::serve(const cache::Served& served, const Asked& asked, CacheResult result) {
  const auto& facts = served.answer->facts();
  const bool stale = result == CacheResult::stale;
  asked.notes.note({.maker = facts.maker,
                    .fallback = stale ? Fallback::stale : Fallback::none,
                    .usage = facts.usage,
                    .cost = facts.cost},
                   result);
  auto& lines = asked.answer.lines();
  (stale ? cache::add_stale_lines : cache::add_hit_lines)(asked.plan, served, loop_.now(),
                                                          loop_.clock().wall(), lines);
  if (stale) lines.add("x-weir-fallback", name_of(Fallback::stale));
  Relay relay(loop_, together_.cache, asked.plan, asked.answer, asked.notes, asked.stop);
  co_return co_await relay.pass_kept(*served.answer);
}

// Nobody is asked while weir is that loaded; an expired answer will do.
Task<Result<void>> Journey::serve_or_refuse(const Asked& asked) {
  auto served = together_.cache.find_stale(asked.plan);
  if (served && asked.route.has(served->answer->facts().maker.id)) {
    figures_.note_fallback(asked.route.label(), name_of(Fallback::stale), Fallback::stale);
    co_return co_await serve(*served, asked, CacheResult::stale);
  }
  co_return std::unexpected(
      Failure{.kind = Failure::Kind::overloaded,
              .message = "weir has so much to do that it only answers from its cache just now, and has no "
                         "answer for this; ask again in a few seconds.",
              .retryable = true,
              .retry_after = std::chrono::seconds(10)});
}

Task<void> Journey::refuse(http::ServerConnection& connection) {
  CallNotes notes(loop_.clock(), random_);
  auto failure = dialect::failure_of(connection.rejection());
  co_await dialect::answer_rejection(connection, connection.rejection(), notes.id());
  report(notes, status_of(failure), std::unexpected(failure));
}

Task<void> Journey::fail(http::ServerConnection& connection, Cancellation& stop, Failure failure) {
  CallNotes notes(loop_.clock(), random_);
  dialect::AnswerWriter answer(connection, stop, notes.id());
  co_await answer.fail(failure);
  report(notes, answer.status(), std::unexpected(std::move(failure)));
}

void Journey::report(CallNotes& notes, int status, const Result<void>& outcome) {
  const auto& record = notes.end(status, outcome);
  figures_.note(record);
  if (setup_->rules->settings.log.calls || record.trace.sampled) outbox_.put(record);
  if (outcome) return;
  const auto& failure = outcome.error();
  const auto& failure_class = class_of(failure.kind);
  if (failure_class.origin == Origin::caller) return;
  // When there are too many calls, a line for each is enough.
  const bool has_line = setup_->rules->settings.log.calls;
  if (failure.kind == Failure::Kind::overloaded && has_line) return;
  telemetry::log_warning(failure_class.code,
                         {{"request_id", notes.id().text()}, {"message", failure.message}});
}

Task<void> Journey::end(Duration patience) { co_await calls_.wait_until_empty({loop_.now() + patience}); }

}  // namespace weir::journey
