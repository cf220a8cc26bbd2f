#include "journey/relay.h"

#include "base/text.h"
#include "base/try.h"
#include "http/sse.h"
#include "provider/verdict.h"
#include "wire/errors.h"
#include "wire/stream_end.h"

namespace weir::journey {
namespace {

bool has_type(const http::ResponseHead& head, std::string_view type) {
  return starts_with_ignoring_case(head.headers.find("content-type").value_or(""), type);
}

}  // namespace

Task<Result<void>> Relay::pass() {
  const auto* head = CO_TRY(co_await wait_for_head());
  using Answer = wire::RelayedPath::Answer;
  if (provider::verdict_on(head->status) != provider::Verdict::good) co_return co_await pass_whole(*head);
  if (events_wanted() && has_type(*head, "text/event-stream")) co_return co_await pass_events(*head);
  if (request_.path.answer == Answer::bytes) co_return co_await pass_bytes(*head);
  co_return co_await pass_whole(*head);
}

Task<Result<const http::ResponseHead*>> Relay::wait_for_head() {
  while (true) {
    TimePoint wake_up = events_wanted() ? loop_.now() + kSilence : TimePoint::max();
    const auto* head = CO_TRY(co_await call_.head(wake_up));
    if (head != nullptr) co_return head;
    CO_TRY(co_await answer_.ping());
  }
}

Task<Result<void>> Relay::pass_whole(const http::ResponseHead& head) {
  auto body = CO_TRY(co_await call_.whole_body());
  auto verdict = provider::verdict_on(head.status);
  if (verdict == provider::Verdict::failed) {
    co_return std::unexpected(provider::failure_of_status(provider_, head, body.text, loop_.clock().wall()));
  }
  if (verdict == provider::Verdict::good && !wire::is_json(body)) {
    co_return std::unexpected(
        Failure{.kind = Failure::Kind::provider_malformed,
                .message = fmt::format("The answer of provider {} is not JSON.", provider_),
                .retryable = true});
  }
  if (answer_.committed()) {  // pings have gone out, so the status can't be told any more
    co_return std::unexpected(
        Failure{.kind = Failure::Kind::provider_failed,
                .message = fmt::format("Provider {} answered with status {}.", provider_, head.status),
                .provider_words = wire::provider_message(body.text)});
  }
  answer_.copy_provider_head(head.headers);
  co_return co_await answer_.whole(head.status, body.text);
}

Task<Result<void>> Relay::pass_events(const http::ResponseHead& head) {
  bool started = answer_.started();
  if (!started) answer_.copy_provider_head(head.headers);
  wire::StreamEnd end;
  while (true) {
    auto piece = CO_TRY(co_await call_.next(loop_.now() + kSilence));
    if (!std::exchange(started, true)) answer_.start_events();
    if (!piece) {
      CO_TRY(co_await answer_.ping());
      continue;
    }
    std::string_view bytes = piece->bytes.text;
    if (piece->last) {
      if (call_.ended_with_connection() && !end.reached_after(bytes)) {
        CO_TRY(co_await answer_.pass(bytes.substr(0, http::whole_events(bytes))));
        co_return failure(Failure::Kind::provider_failed,
                          fmt::format("Provider {} ended the stream before its last event.", provider_));
      }
      co_return co_await answer_.finish(bytes);
    }
    std::size_t whole = http::whole_events(bytes);
    if (whole < bytes.size() && bytes.size() - whole < kLargestEvent) {
      call_.hold_back(bytes.size() - whole);
      bytes = bytes.substr(0, whole);
    }
    if (bytes.empty()) continue;
    end.note(bytes);
    CO_TRY(co_await answer_.pass(bytes));
  }
}

Task<Result<void>> Relay::pass_bytes(const http::ResponseHead& head) {
  answer_.copy_provider_head(head.headers);
  answer_.start_bytes(head.status);
  while (true) {
    auto piece = CO_TRY(co_await call_.next(TimePoint::max()));
    if (piece->last) co_return co_await answer_.finish(piece->bytes.text);
    CO_TRY(co_await answer_.pass(piece->bytes.text));
  }
}

}  // namespace weir::journey
