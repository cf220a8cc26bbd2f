// One attempt to have a request answered by a provider.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "http/client_connection.h"
#include "model/failure.h"
#include "provider/outgoing.h"
#include "provider/provider.h"

namespace weir::provider {

// How it is made.
struct CallOptions {
  std::string_view model;  // as the provider calls it
  std::size_t key = 0;     // its place among the provider's keys
  AskUsage ask_usage = AskUsage::as_asked;
  config::ProviderTimeouts timeouts = {};
  TimePoint deadline = TimePoint::max();  // for the beginning of an answer, however long it may take itself
};

// Belongs to the coroutine that makes the call. Its end gives the connection back, or closes it when the
// answer was not read to its end: that is how a provider learns that nobody waits any more.
//
// Its timeouts: connect; first_byte for a streamed answer's head; between_events for whatever comes after a
// head; total for an unstreamed answer as a whole.
class Call {
 public:
  // What is given by reference must stay until the call ends. `cancellation` ends every wait. The provider is
  // told of `trace` where that is sampled.
  Call(Provider& provider, const Request& request, const CallOptions& options, const TraceContext& trace,
       Cancellation& cancellation);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call();

  // Connects and sends the request. A kept connection that turns out to be dead is replaced by a fresh one,
  // once, and only while not a byte of the answer has come.
  Task<Result<void>> send();

  // The answer's head. Views into it stay until the body is read.
  Task<Result<const http::ResponseHead*>> head();

  // What has come of the answer's body since.
  using Piece = http::ClientConnection::Piece;
  Task<Result<Piece>> next();
  // The answer has come to its own end: its connection's is waited for only a moment.
  void expect_end();
  // The last `n` bytes of the latest piece come again, in front of the next one.
  void hold_back(std::size_t n) { connection_->http.hold_back(n); }
  // The answer ended with its connection, so that a short one can't be told from a whole one.
  bool ended_with_connection() const { return connection_->http.ends_with_connection(); }

  // The body as one document, at most the provider's answer_limit. Fails with overloaded when all calls
  // together hold too much already.
  Task<Result<PaddedView>> whole_body();

  // The answer turned out to show something else than its status did.
  void note_outcome(EndpointOutcome outcome) { outcome_ = outcome; }
  // The answer came, but is none: `how` ends a sentence that begins "The answer of provider x".
  Failure malformed(const std::string& how);

  std::string_view edits() const { return outgoing_.edits(); }
  std::string_view provider() const { return provider_.name(); }
  // The key it is made with; empty: none.
  std::string_view key_name() const { return provider_.key_name(key_); }
  // The stream will have an event with the usage that its caller didn't ask for.
  bool adds_usage() const { return adds_usage_; }
  // What it has shown of whoever was asked; nothing where it was broken off, or weir had no room for it.
  const std::optional<EndpointOutcome>& outcome() const { return outcome_; }
  // The answer's; 0 before its head has come.
  int status() const { return status_; }
  // When the request's last byte had been handed to the socket, and when the answer's head had come; zero:
  // not yet.
  TimePoint sent_at() const { return sent_at_; }
  TimePoint head_at() const { return head_at_; }

 private:
  Task<Result<void>> open_and_send();
  Task<Result<void>> send_request();
  bool may_try_fresh_connection(const http::ClientError& error) const;
  void wait_for_more();
  // Counts what happened, for metrics and for the provider's health.
  void note_answer();
  void note_failure(const std::string& reason, EndpointOutcome outcome);
  Failure failure_of(const IoError& error);
  Failure failure_of(const http::ClientError& error);
  Until until() const { return {deadline_, &cancellation_}; }

  Provider& provider_;
  const bool streamed_;
  const bool adds_usage_;
  const config::ProviderTimeouts timeouts_;
  Cancellation& cancellation_;
  const std::size_t key_;
  Outgoing outgoing_;
  std::unique_ptr<PooledConnection> connection_;
  http::BudgetShare held_;          // of a whole answer
  const TimePoint begin_deadline_;  // for the answer's head
  const TimePoint total_deadline_;  // for all of it
  TimePoint deadline_{};            // of what is waited for now
  int status_ = 0;
  std::optional<EndpointOutcome> outcome_;
  TimePoint sent_at_{};
  TimePoint head_at_{};
};

}  // namespace weir::provider
