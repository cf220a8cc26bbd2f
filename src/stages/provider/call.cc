#include "provider/call.h"

#include "base/try.h"
#include "provider/verdict.h"

namespace weir::provider {

namespace {

// The connection has ended, for whatever reason.
bool died(const http::ClientError& error) {
  return error.kind == http::ClientError::Kind::broken &&
         (error.io.kind == IoError::Kind::closed || error.io.kind == IoError::Kind::reset);
}

}  // namespace

Call::Call(Provider& provider, const Request& request, const CallOptions& options, const TraceContext& trace,
           Cancellation& cancellation)
    : provider_(provider),
      streamed_(request.streamed()),
      adds_usage_(options.ask_usage == AskUsage::always && request.fields().ask_usage.has_value()),
      timeouts_(options.timeouts),
      cancellation_(cancellation),
      key_(options.key),
      outgoing_(request, provider.target_,
                {.model = options.model, .key = provider.key(options.key), .ask_usage = options.ask_usage},
                trace),
      held_(provider.shared_->memory),
      begin_deadline_(options.deadline),
      total_deadline_(streamed_ ? TimePoint::max() : provider.loop_.now() + timeouts_.total) {}

Call::~Call() {
  if (connection_) provider_.pool_.put_back(std::move(connection_));
}

Task<Result<void>> Call::send() {
  connection_ = provider_.pool_.take_idle();
  if (!connection_) co_return co_await open_and_send();
  co_return co_await send_request();
}

Task<Result<void>> Call::open_and_send() {
  connection_.reset();
  auto deadline = std::min(provider_.loop_.now() + timeouts_.connect, total_deadline_);
  Until connected{std::min(deadline, begin_deadline_), &cancellation_};
  auto opened = co_await provider_.pool_.open(connected);
  if (!opened) co_return std::unexpected(failure_of(opened.error()));
  connection_ = *std::move(opened);
  co_return co_await send_request();
}

Task<Result<void>> Call::send_request() {
  deadline_ = streamed_ ? provider_.loop_.now() + timeouts_.first_byte : total_deadline_;
  deadline_ = std::min(deadline_, begin_deadline_);
  auto sent = co_await connection_->http.send(outgoing_.parts(), {deadline_, &cancellation_});
  // A provider may answer and close before it has read everything (a body that is too large): head() will see
  // whether there is an answer.
  sent_at_ = provider_.loop_.clock().now();
  if (sent || died(sent.error())) co_return Result<void>{};
  co_return std::unexpected(failure_of(sent.error()));
}

bool Call::may_try_fresh_connection(const http::ClientError& error) const {
  return died(error) && connection_->used && connection_->http.silent();
}

Task<Result<const http::ResponseHead*>> Call::head() {
  auto head = co_await connection_->http.read_head("POST", until());
  if (!head && may_try_fresh_connection(head.error())) {
    provider_.reconnects_.add();
    CO_TRY(co_await open_and_send());
    head = co_await connection_->http.read_head("POST", until());
  }
  if (!head) co_return std::unexpected(failure_of(head.error()));
  head_at_ = provider_.loop_.clock().now();
  outgoing_.release();
  status_ = (*head)->status;
  note_answer();
  wait_for_more();
  co_return *head;
}

Task<Result<Call::Piece>> Call::next() {
  auto piece = co_await connection_->http.read_piece(until());
  if (!piece) co_return std::unexpected(failure_of(piece.error()));
  wait_for_more();
  co_return *piece;
}

void Call::expect_end() {
  constexpr Duration kMoment = std::chrono::seconds(1);
  deadline_ = std::min(deadline_, provider_.loop_.now() + kMoment);
}

void Call::wait_for_more() {
  deadline_ = std::min(provider_.loop_.now() + timeouts_.between_events, total_deadline_);
}

Task<Result<PaddedView>> Call::whole_body() {
  while (true) {
    auto piece = CO_TRY(co_await next());
    std::size_t size = piece.bytes.text.size();
    if (piece.last) co_return piece.bytes;
    if (size > provider_.settings_.answer_limit.count) {
      co_return failure(
          Failure::Kind::provider_malformed,
          fmt::format("The answer of provider {} is larger than {} bytes, the provider's answer_limit.",
                      provider_.name_, provider_.settings_.answer_limit.count));
    }
    if (!held_.grow_to(connection_->http.body_memory())) {
      co_return std::unexpected(
          Failure{.kind = Failure::Kind::overloaded,
                  .message = "Too many large answers are being read; try again in a second.",
                  .retryable = true,
                  .retry_after = std::chrono::seconds(1)});
    }
    hold_back(size);
  }
}

void Call::note_answer() {
  auto judgement = judge(status_);
  outcome_ = judgement.outcome;
  if (judgement.outcome == EndpointOutcome::answered) return provider_.shared_->health.note_success();
  note_failure(fmt::format("it answers with status {}", status_), judgement.outcome);
}

void Call::note_failure(const std::string& reason, EndpointOutcome outcome) {
  outcome_ = outcome;
  provider_.shared_->health.note_failure(reason, provider_.loop_.clock().wall());
}

Failure Call::failure_of(const http::ClientError& error) {
  if (error.kind == http::ClientError::Kind::broken) return failure_of(error.io);
  return malformed(fmt::format("can't be read: {}", error.detail));
}

Failure Call::malformed(const std::string& how) {
  note_failure("its answer " + how, EndpointOutcome::failed);
  return {.kind = Failure::Kind::provider_malformed,
          .message = fmt::format("The answer of provider {} {}", provider_.name_, how),
          .retryable = true,
          .remedy = Remedy::elsewhere};
}

Failure Call::failure_of(const IoError& error) {
  switch (error.kind) {
    case IoError::Kind::cancelled:
      outcome_.reset();
      if (cancellation_.reason() == StopReason::draining) {
        return {.kind = Failure::Kind::draining,
                .message = "weir is shutting down and could not wait for the end of this answer; ask again."};
      }
      return {.kind = Failure::Kind::client_gone, .message = "The caller has left."};
    case IoError::Kind::timed_out:
      note_failure("it does not answer in time", EndpointOutcome::overloaded);
      return {.kind = Failure::Kind::provider_timeout,
              .message = fmt::format("Provider {} did not answer in time.", provider_.name_),
              .retryable = true,
              .remedy = Remedy::elsewhere};
    case IoError::Kind::exhausted:
      return {.kind = Failure::Kind::overloaded,
              .message = fmt::format("Too many calls to provider {} are under way; try again in a second.",
                                     provider_.name_),
              .retryable = true,
              .remedy = Remedy::elsewhere,
              .retry_after = std::chrono::seconds(1)};
    default:
      break;
  }
  std::string reason(runtime::name_of(error.kind));
  if (!error.detail.empty()) reason += fmt::format(" ({})", error.detail);
  note_failure(reason, EndpointOutcome::failed);
  return {.kind = Failure::Kind::provider_failed,
          .message = fmt::format("Provider {} failed: {}.", provider_.name_, reason),
          .retryable = true,
          .remedy = Remedy::elsewhere};
}

}  // namespace weir::provider
