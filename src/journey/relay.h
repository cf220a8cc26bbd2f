// Brings a provider's answer to the caller: whole, as events, or as bytes of any kind.
#pragma once

#include "dialect/answer_writer.h"
#include "provider/call.h"

namespace weir::journey {

// One call's. Everything given must outlive it.
class Relay {
 public:
  // Silence after which a stream's head is sent and kept alive with pings.
  static constexpr Duration kSilence = std::chrono::seconds(10);
  // An event that is longer is passed on in parts.
  static constexpr std::size_t kLargestEvent = std::size_t{1} << 20;

  Relay(Loop& loop, std::string_view provider, const provider::Request& request, provider::Call& call,
        dialect::AnswerWriter& answer)
      : loop_(loop), provider_(provider), request_(request), call_(call), answer_(answer) {}

  // Until the answer's end, or what stopped it.
  Task<Result<void>> pass();

 private:
  Task<Result<const http::ResponseHead*>> wait_for_head();
  Task<Result<void>> pass_whole(const http::ResponseHead& head);
  // Passes on whole events only: the beginning of one is held back until its end has come, so that a ping or
  // an error always stands between events and never inside one.
  Task<Result<void>> pass_events(const http::ResponseHead& head);
  Task<Result<void>> pass_bytes(const http::ResponseHead& head);

  bool events_wanted() const { return request_.fields.mode == wire::RequestFields::Mode::events; }

  Loop& loop_;
  std::string_view provider_;
  const provider::Request& request_;
  provider::Call& call_;
  dialect::AnswerWriter& answer_;
};

}  // namespace weir::journey
