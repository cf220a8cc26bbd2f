// One attempt to have a call answered: by one deployment, asked through one of its provider's keys.
#pragma once

#include "base/random.h"
#include "journey/order.h"
#include "journey/recorder.h"
#include "resilience/endpoint.h"
#include "wire/refusal.h"

namespace weir::journey {

// Who is asked.
struct Addressee {
  const routing::Deployment& deployment;
  provider::Provider& provider;
  std::size_t key;  // its place among the provider's
  const config::ModelSettings& model;
  std::optional<resilience::Endpoint::Permit> permit;
};

// Belongs to the coroutine that makes the call.
class Attempt {
 public:
  // `number` counts the call's attempts from 1. Its answer must begin until `deadline`. What is given by
  // reference must stay; `stop` ends it.
  Attempt(Loop& loop, Random& random, const Order& order, Addressee addressee, std::uint16_t number,
          TimePoint deadline, Cancellation& stop);

  // Asks, and waits until it is known whether this is an answer to pass on. Nothing of it has gone on yet.
  Task<void> open();
  // Passes it on, to its end.
  Task<void> pass();

  // It came to nothing, and something else is tried: others may be asked in its place.
  void give_way() { addressee_.permit.reset(); }

  // What it has come to so far.
  const Result<void>& result() const { return result_; }
  // An answer of the provider's came that its caller may have, be it a refusal.
  bool can_pass() const { return result_.has_value(); }
  bool good() const { return result_ && remedy() == Remedy::none && recorder_.status() < 400; }
  // What may help, and why it was refused, once it is open.
  Remedy remedy() const;
  wire::Refusal refusal() const;
  // For people: what went wrong.
  FailedAttempt failure() const;

  Recorder& recorder() { return recorder_; }
  const routing::Deployment& deployment() const { return addressee_.deployment; }
  // Once it is over.
  AttemptRecord record() const;

 private:
  void show();

  Loop& loop_;
  const Order& order_;
  Addressee addressee_;
  const std::uint16_t number_;
  const TimePoint begun_;
  const WallTime begun_at_;
  TraceContext trace_;
  provider::Call call_;
  Recorder recorder_;
  Result<void> result_;
};

}  // namespace weir::journey
