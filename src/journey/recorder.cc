#include "journey/recorder.h"

#include "base/text.h"
#include "base/try.h"
#include "http/sse.h"
#include "provider/verdict.h"
#include "replay/usage_event.h"
#include "wire/headers.h"
#include "wire/is_json.h"
#include "wire/stream_end.h"
#include "wire/stream_error.h"

namespace weir::journey {
namespace {

// Who waits for readers looks this often whether those still read whom it waits for.
constexpr Duration kLookAgain = std::chrono::milliseconds(100);

bool has_type(const http::ResponseHead& head, std::string_view type) {
  return starts_with_ignoring_case(head.headers.find("content-type").value_or(""), type);
}

}  // namespace

Task<Result<void>> Recorder::open() {
  const auto* head = CO_TRY(co_await call_.head());
  const auto now = loop_.clock().wall();
  asked_to_wait_ = provider::retry_after(head->headers, now);
  quota_ = resilience::read_quota(head->headers, now);
  choose(*head);
  switch (head_.form) {
    case Form::whole:
      co_return co_await open_whole();
    case Form::events:
      co_return co_await open_events();
    case Form::bytes:
      break;
  }
  opened_ = CO_TRY(co_await call_.next());
  co_return Result<void>{};
}

Task<Result<void>> Recorder::open_whole() {
  opened_.bytes = CO_TRY(co_await call_.whole_body());
  auto verdict = provider::judge(head_.status).verdict;
  if (verdict == provider::Verdict::failed) {
    co_return std::unexpected(
        provider::failure_of_status(call_.provider(), head_.status, document(), asked_to_wait_));
  }
  bool good = verdict == provider::Verdict::good;
  if (good && !wire::is_json(opened_.bytes)) co_return std::unexpected(call_.malformed("is not JSON."));
  if (good) usage_.note_whole(opened_.bytes);
  co_return Result<void>{};
}

// A stream has begun with its first event. One that begins with an error, or ends before it begins, is none.
Task<Result<void>> Recorder::open_events() {
  while (true) {
    opened_ = CO_TRY(co_await call_.next());
    std::string_view bytes = opened_.bytes.text;
    if (http::whole_events(bytes) > 0 || bytes.size() >= kLargestEvent) break;
    if (opened_.last) co_return std::unexpected(call_.malformed("ended before its first event."));
    call_.hold_back(bytes.size());
  }
  auto error = wire::error_at_beginning(document());
  auto failed = error.empty() ? std::nullopt : provider::failure_of_event(call_.provider(), error);
  if (failed) {
    call_.note_outcome(failed->outcome);
    co_return std::unexpected(std::move(failed->failure));
  }
  co_return Result<void>{};
}

Task<Result<void>> Recorder::record() {
  if (head_.form == Form::events) co_return co_await record_events();
  if (head_.form == Form::bytes) co_return co_await record_bytes();
  begin();
  co_return put(document(), recording::Content::answer);
}

// What the answer is, and what of its head goes on.
void Recorder::choose(const http::ResponseHead& head) {
  bool good = provider::judge(head.status).verdict == provider::Verdict::good;
  head_.status = head.status;
  if (good && request_.streamed() && has_type(head, "text/event-stream")) {
    head_.form = Form::events;
    splits_usage_ = wire::has_stream_options(request_.path()) && (call_.adds_usage() || recording_.shared());
  } else if (good && request_.path().answer == wire::RelayedPath::Answer::bytes) {
    head_.form = Form::bytes;
  }
  bool has_request_id = head.headers.find("x-request-id").has_value();
  auto add = [&](std::string_view name, std::string_view value) {
    if (wire::goes_to_caller(name)) head_.lines.add(name, value);
    bool own_type = head_.form == Form::bytes && equals_ignoring_case(name, "content-type");
    if (recording_.shared() && (own_type || wire::stays_with_answer(name))) kept_lines_.add(name, value);
  };
  for (const auto& header : head.headers) {
    add(header.name, header.value);
    // Anthropic's name for the same thing: both are there for whoever looks for either.
    if (!has_request_id && equals_ignoring_case(header.name, "request-id")) add("x-request-id", header.value);
  }
}

Task<Result<void>> Recorder::record_events() {
  wire::StreamEnd end;
  Result<provider::Call::Piece> piece = opened_;
  while (true) {
    std::string_view bytes = piece->bytes.text;
    std::size_t whole = http::whole_events(bytes);
    if (piece->last) end.note(bytes);
    if (piece->last && call_.ended_with_connection() && !end.reached()) {
      CO_TRY(co_await append(bytes.substr(0, whole)));
      co_return failure(Failure::Kind::provider_failed,
                        fmt::format("Provider {} ended the stream before its last event.", call_.provider()));
    }
    if (piece->last) {
      note_error(end.error());
      co_return co_await append(bytes);
    }
    if (whole < bytes.size() && bytes.size() - whole < kLargestEvent) {
      call_.hold_back(bytes.size() - whole);
      bytes = bytes.substr(0, whole);
    }
    end.note(bytes);
    note_error(end.error());
    CO_TRY(co_await append(bytes));
    if (end.reached()) call_.expect_end();
    piece = co_await call_.next();
    if (piece) continue;
    // After its last event a stream is over, however its connection ends.
    if (end.reached()) co_return Result<void>{};
    co_return std::unexpected(std::move(piece).error());
  }
}

// It goes on to the caller as it came; but whoever made it has failed.
void Recorder::note_error(std::string_view event) {
  auto failed = event.empty() ? std::nullopt : provider::failure_of_event(call_.provider(), event);
  if (!failed) return;
  told_error_ = failed->failure.kind;
  call_.note_outcome(failed->outcome);
}

Task<Result<void>> Recorder::record_bytes() {
  while (true) {
    CO_TRY(co_await append(opened_.bytes.text));
    if (opened_.last) co_return Result<void>{};
    opened_ = CO_TRY(co_await call_.next());
  }
}

Task<Result<void>> Recorder::append(std::string_view bytes) {
  CO_TRY(append_events(bytes));
  while (!stop_.cancelled() && recording_.far_ahead()) {
    co_await recording_.wait_for_readers({loop_.now() + kLookAgain, &stop_});
  }
  // A provider that never pauses is never waited for, so no wait would end by this.
  if (stop_.cancelled())
    co_return failure(Failure::Kind::client_gone, "Nobody waits for this answer any more.");
  co_return Result<void>{};
}

// A stream may stay open for long, so its header lines are not held twice.
void Recorder::begin() {
  recording_.begin({.status = head_.status, .form = head_.form, .lines = std::move(head_.lines)});
}

// An answer begins with its first bytes: what fails before them still gets a status of its own.
Result<void> Recorder::append_events(std::string_view events) {
  if (!std::exchange(begun_, true)) begin();
  if (head_.form == Form::events) usage_.note(events);
  if (!splits_usage_) return put(events, recording::Content::answer);
  auto usage = replay::find_usage_event(request_.path(), events);
  if (usage.empty()) return put(events, recording::Content::answer);
  auto before = static_cast<std::size_t>(usage.data() - events.data());
  TRY(put(events.substr(0, before), recording::Content::answer));
  facts_.usage_event_begin = static_cast<std::uint32_t>(recorded_);
  facts_.usage_event_size = static_cast<std::uint32_t>(usage.size());
  TRY(put(usage, recording::Content::usage_event));
  return put(events.substr(before + usage.size()), recording::Content::answer);
}

Result<void> Recorder::put(std::string_view bytes, recording::Content content) {
  recorded_ += bytes.size();
  if (recording_.append(bytes, content)) return {};
  return std::unexpected(Failure{.kind = Failure::Kind::overloaded,
                                 .message = "Too many large answers are being read; try again in a second.",
                                 .retryable = true,
                                 .retry_after = std::chrono::seconds(1)});
}

recording::AnswerFacts Recorder::facts() const {
  auto facts = facts_;
  facts.mode = head_.form == Form::events ? recording::Mode::events : recording::Mode::whole;
  facts.has_own_type = head_.form == Form::bytes;
  facts.made = loop_.clock().wall();
  return facts;
}

}  // namespace weir::journey
