// Takes a provider's answer into a recording: whole, as events, or as bytes of any kind.
#pragma once

#include "provider/call.h"
#include "recording/recording.h"
#include "replay/usage_meter.h"

namespace weir::journey {

// One call's. Everything given must outlive it.
class Recorder {
 public:
  // An event that is longer is passed on in parts.
  static constexpr std::size_t kLargestEvent = std::size_t{1} << 20;

  // `lines` is what weir says of the call, in front of the provider's own header lines. `stop` ends a wait
  // for readers.
  Recorder(Loop& loop, const provider::Request& request, provider::Call& call,
           recording::Recording& recording, http::HeaderLines lines, Cancellation& stop)
      : loop_(loop),
        request_(request),
        call_(call),
        recording_(recording),
        head_{.lines = std::move(lines)},
        stop_(stop),
        usage_(request.path()) {}

  // Until the answer's end; that it is over is for the caller to say.
  Task<Result<void>> record();

  // The provider answered as it should.
  bool good() const { return head_.status == 200; }
  // What the answer says that it used.
  const std::optional<Usage>& usage() const { return usage_.usage(); }
  // What of it is known when it is kept: its mode, and where the usage event stands.
  recording::AnswerFacts facts() const;
  // The header lines that are kept with it.
  http::HeaderLines& kept_lines() { return kept_lines_; }

 private:
  using Form = recording::AnswerHead::Form;
  // Only whole events are appended: the beginning of one is held back until its end has come.
  Task<Result<void>> record_events();
  Task<Result<void>> record_bytes();
  // With a wait for readers, where they are too far behind.
  Task<Result<void>> append(std::string_view bytes);
  Result<void> append_events(std::string_view events);
  Result<void> put(std::string_view bytes, recording::Content content);
  void choose(const http::ResponseHead& head);
  void begin();

  Loop& loop_;
  const provider::Request& request_;
  provider::Call& call_;
  recording::Recording& recording_;
  http::HeaderLines kept_lines_;
  recording::AnswerHead head_;
  Cancellation& stop_;
  bool begun_ = false;
  bool splits_usage_ = false;  // not all readers get the event that tells it
  std::size_t recorded_ = 0;   // bytes
  replay::UsageMeter usage_;
  recording::AnswerFacts facts_;
};

}  // namespace weir::journey
