// A call's whole way: from the caller's bytes to the provider and back. See docs/life-of-a-request.md.
#pragma once

#include <array>
#include <map>
#include <string>

#include "auth/authenticator.h"
#include "dialect/answer_writer.h"
#include "dialect/request.h"
#include "listener/listener.h"
#include "provider/call.h"
#include "provider/provider.h"
#include "routing/router.h"
#include "telemetry/lifecycle.h"

namespace weir::journey {

// How often each kind of failure ended a call; weir_errors_total.
using FailureCounters = std::array<telemetry::Counter, Failure::kKinds>;

// One loop's. Everything given must outlive it.
class Journey {
 public:
  using Providers = std::map<std::string, provider::Provider*, std::less<>>;

  Journey(Loop& loop, Random& random, const telemetry::Lifecycle& lifecycle, const auth::Authenticator& auth,
          const routing::Router& routing, Providers providers);

  // Answers one request, whatever happens. `stop` is used when the caller leaves or time is up.
  Task<void> answer(http::ServerConnection& connection, Cancellation& stop);
  // GET /v1/models, in the dialect that is asked for.
  Task<void> list_models(http::ServerConnection& connection, Cancellation& stop);
  // The bytes were no request.
  Task<void> refuse(http::ServerConnection& connection);
  // Answers a request that goes nowhere.
  Task<void> fail(http::ServerConnection& connection, Cancellation& stop, Failure failure);

  const FailureCounters& failures() const { return failures_; }
  const telemetry::Counter& open_streams() const { return open_streams_; }

 private:
  struct Asked;
  Task<Result<void>> stages(http::ServerConnection& connection, Cancellation& stop,
                            dialect::AnswerWriter& answer);
  Task<Result<void>> call(const Asked& asked, Cancellation& stop, dialect::AnswerWriter& answer);
  Result<auth::Caller> admit(const http::RequestHead& head) const;
  void note_failure(const Failure& failure, const RequestId& id);

  Loop& loop_;
  Random& random_;
  const telemetry::Lifecycle& lifecycle_;
  const auth::Authenticator& auth_;
  const routing::Router& routing_;
  Providers providers_;
  FailureCounters failures_;
  telemetry::Counter open_streams_;
};

}  // namespace weir::journey
