// Takes a provider's answer into a recording: whole, as events, or as bytes of any kind.
//
//   CO_TRY(co_await recorder.open());      // it may still be asked for elsewhere
//   CO_TRY(co_await recorder.record());    // it is the answer
#pragma once

#include "provider/call.h"
#include "recording/recording.h"
#include "replay/usage_meter.h"
#include "resilience/quota.h"

namespace weir::journey {

// One call's. Everything given must outlive it.
class Recorder {
 public:
  // An event that is longer is passed on in parts.
  static constexpr std::size_t kLargestEvent = std::size_t{1} << 20;

  // `stop` ends a wait for readers.
  Recorder(Loop& loop, const provider::Request& request, provider::Call& call,
           recording::Recording& recording, Cancellation& stop)
      : loop_(loop),
        request_(request),
        call_(call),
        recording_(recording),
        stop_(stop),
        usage_(request.path()) {}

  // Until there is something to pass on: a whole answer, the first event of a stream, the first of other
  // bytes. Nothing is recorded so far. A status that the provider is to be quoted with is no failure here.
  Task<Result<void>> open();
  // Until the answer's end; that it is over is for the caller to say.
  Task<Result<void>> record();

  // The provider answered as it should.
  bool good() const { return head_.status == 200; }
  int status() const { return head_.status; }
  // Once open: the document, where it is whole.
  std::string_view document() const { return opened_.bytes.text; }
  // What the provider said of its rate limit, and what it asked to wait before it is asked again, in any kind
  // of answer.
  std::optional<Duration> asked_to_wait() const { return asked_to_wait_; }
  const std::optional<resilience::QuotaReading>& quota() const { return quota_; }
  // What weir says of the call. Before open(), so that it stands in front of the provider's own; or after it.
  http::HeaderLines& lines() { return head_.lines; }
  // What the answer says that it used.
  const std::optional<Usage>& usage() const { return usage_.usage(); }
  // The error with which a stream ended that had begun well.
  const std::optional<Failure::Kind>& told_error() const { return told_error_; }
  // What of it is known when it is kept: its mode, and where the usage event stands.
  recording::AnswerFacts facts() const;
  // The header lines that are kept with it.
  http::HeaderLines& kept_lines() { return kept_lines_; }

 private:
  using Form = recording::AnswerHead::Form;
  Task<Result<void>> open_events();
  Task<Result<void>> open_whole();
  // Only whole events are appended: the beginning of one is held back until its end has come.
  Task<Result<void>> record_events();
  Task<Result<void>> record_bytes();
  // With a wait for readers, where they are too far behind.
  Task<Result<void>> append(std::string_view bytes);
  Result<void> append_events(std::string_view events);
  Result<void> put(std::string_view bytes, recording::Content content);
  void note_error(std::string_view event);
  void choose(const http::ResponseHead& head);
  void begin();

  Loop& loop_;
  const provider::Request& request_;
  provider::Call& call_;
  recording::Recording& recording_;
  http::HeaderLines kept_lines_;
  recording::AnswerHead head_;
  std::optional<Duration> asked_to_wait_;
  std::optional<Failure::Kind> told_error_;
  std::optional<resilience::QuotaReading> quota_;
  provider::Call::Piece opened_{};  // what has come before it was decided to record it
  Cancellation& stop_;
  bool begun_ = false;
  bool splits_usage_ = false;  // not all readers get the event that tells it
  std::size_t recorded_ = 0;   // bytes
  replay::UsageMeter usage_;
  recording::AnswerFacts facts_;
};

}  // namespace weir::journey
