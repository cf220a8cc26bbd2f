// What a provider's status means to the caller (CONTRACT "Provider's answer to caller's answer").
#pragma once

#include <optional>
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
Verdict verdict_on(int status);

// For statuses whose verdict is `failed`. `body` is the provider's; of it only an overloaded provider's
// message is repeated, because others may name our key or account.
Failure failure_of_status(std::string_view provider, const http::ResponseHead& head, std::string_view body,
                          WallTime now);

// `retry-after` or `retry-after-ms` in whole seconds, rounded up; a date counts from `now`. Nothing where
// neither makes sense.
std::optional<std::chrono::seconds> retry_after(const http::Headers& headers, WallTime now);

}  // namespace weir::provider
