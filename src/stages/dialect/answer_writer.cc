#include "dialect/answer_writer.h"

#include "dialect/request.h"
#include "wire/errors.h"

namespace weir::dialect {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kEvents = "text/event-stream; charset=utf-8";

}  // namespace

AnswerWriter::AnswerWriter(http::ServerConnection& connection, Cancellation& cancellation,
                           const RequestId& id)
    : connection_(connection), cancellation_(cancellation), id_(id) {
  lines_.add("x-weir-request-id", id_.text());
}

Task<Result<void>> AnswerWriter::told(Task<Io<void>> writing) {
  auto written = co_await std::move(writing);
  if (written) co_return Result<void>{};
  if (cancellation_.reason() == StopReason::draining) {
    co_return failure(Failure::Kind::draining, "weir is shutting down.");
  }
  co_return failure(Failure::Kind::client_gone, "The caller has left.");
}

Task<Result<void>> AnswerWriter::whole(int status, std::string_view body) {
  form_ = Form::whole;
  status_ = status;
  return told(connection_.respond(status, lines_, body, &cancellation_));
}

void AnswerWriter::start_events() {
  form_ = Form::events;
  start(200);
}

// What may be open for long doesn't keep what it has said.
void AnswerWriter::start(int status) {
  status_ = status;
  connection_.start(status, lines_);
  lines_.release();
}

void AnswerWriter::start_bytes(int status) {
  form_ = Form::bytes;
  start(status);
}

Task<Result<void>> AnswerWriter::pass(Parts piece) { return told(connection_.send(piece, &cancellation_)); }

Task<Result<void>> AnswerWriter::finish(Parts last_piece) {
  return told(connection_.finish(last_piece, &cancellation_));
}

Task<Result<void>> AnswerWriter::ping() {
  if (form_ == Form::none) {
    lines_.add("content-type", kEvents);
    lines_.add("cache-control", "no-cache");
    start_events();
  }
  auto ping = wire::ping_event(wire::dialect_of_path(connection_.head().path));
  return told(connection_.send(ping, &cancellation_));
}

Task<void> AnswerWriter::fail(const Failure& failure) {
  if (failure.kind == Failure::Kind::client_gone) co_return;
  // The time to finish is over: whoever called before the signal must not call here again.
  if (failure.kind == Failure::Kind::draining) connection_.close_after_answer();
  std::string_view path = connection_.head().path;
  Dialect dialect = wire::dialect_of_path(path);
  // The call's own cancellation may be what ended it; this last word has the connection's time limit.
  if (committed() && form_ == Form::events) {
    co_await connection_.finish(wire::error_event(dialect, path, failure, id_.text()));
    co_return;
  }
  if (committed()) {
    connection_.abort();
    co_return;
  }
  status_ = status_of(failure);
  lines_.add("content-type", kJson);
  if (failure.retry_after) lines_.add("retry-after", std::to_string(failure.retry_after->count()));
  // The SDKs show this as the error's request id; no provider gave one.
  lines_.add(dialect == Dialect::anthropic ? "request-id" : "x-request-id", id_.text());
  // The SDKs ask again after any 5xx, unless they are told that it won't help.
  if (status_of(failure) >= 500 && !failure.retryable) lines_.add("x-should-retry", "false");
  if (!failure.allowed_method.empty()) lines_.add("allow", failure.allowed_method);
  if (failure.kind == Failure::Kind::not_authenticated) lines_.add("www-authenticate", "Bearer");
  co_await connection_.respond(status_, lines_, wire::error_body(dialect, failure, id_.text()));
}

Task<void> answer_rejection(http::ServerConnection& connection, const http::Rejection& rejection,
                            const RequestId& id) {
  Failure failure = failure_of(rejection);
  http::HeaderLines lines;
  lines.add("x-weir-request-id", id.text());
  lines.add("content-type", kJson);
  // Where not even the path could be read, OpenAI's shape, which is the common one.
  Dialect dialect = wire::dialect_of_path(connection.head().path);
  co_await connection.respond(status_of(failure), lines, wire::error_body(dialect, failure, id.text()));
}

}  // namespace weir::dialect
