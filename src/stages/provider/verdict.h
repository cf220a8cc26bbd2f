// What a provider's status means: to the caller (CONTRACT "Provider's answer to caller's answer"), to what is
// tried next, and to whoever was asked. docs/resilience.md has the table.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "http/response_head.h"
#include "model/failure.h"

namespace weir::provider {

enum class Verdict : std::uint8_t {
  good,       // 2xx: goes on as it came
  handed_on,  // the caller's own mistake or a rate limit: the same status, and the provider's body as it came
  failed,     // weir answers in its own words, see failure_of_status
};

struct Judgement {
  Verdict verdict = Verdict::failed;
  Remedy remedy = Remedy::none;
  EndpointOutcome outcome = EndpointOutcome::answered;
  std::string_view why = {};  // for people
};
Judgement judge(int status);

// The table by which that is judged: the first row that has the status.
struct JudgedStatuses {
  int least;
  int most;
  Judgement judgement;
};
std::span<const JudgedStatuses> judgements();

// For statuses whose verdict is `failed`. `body` is the provider's; of it only an overloaded provider's
// message is repeated, because others may name our key or account. `asked_to_wait` is what its head said, see
// retry_after.
Failure failure_of_status(std::string_view provider, int status, std::string_view body,
                          std::optional<Duration> asked_to_wait);

// For a stream that answered 200 and began with an error (`event`: that error, as JSON). Nothing where it is
// the request's own fault, which goes on as it came.
struct FailedStream {
  Failure failure;
  EndpointOutcome outcome;
};
std::optional<FailedStream> failure_of_event(std::string_view provider, std::string_view event);

// How long `retry-after-ms` or `retry-after` asks to wait, a day at most; a date counts from `now`. Nothing
// where neither makes sense.
std::optional<std::chrono::milliseconds> retry_after(const http::Headers& headers, WallTime now);

}  // namespace weir::provider
