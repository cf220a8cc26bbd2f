// For this room's tests: a call and its attempt, as a journey would leave them.
#pragma once

#include "model/call_record.h"

namespace weir::reporter {

inline constexpr WallTime kBegun{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} +
                                 std::chrono::hours(3)};

// 2026-01-02T03:00:00Z, and over after 812.4 ms.
inline CallRecord a_call() {
  using std::chrono::microseconds;
  Random random(1);
  return {.id = RequestId(kBegun, random),
          .path = "/v1/chat/completions",
          .model = "gpt",
          .tier = "gold",
          .deployment = "openai/gpt-4o-mini",
          .cache_detail = "memory",
          .cache = CacheResult::miss,
          .streamed = true,
          .status = 200,
          .attempts = 1,
          .usage = Usage{.input = 12, .cached_input = 8, .output = 34},
          .cost = NanoDollars{22'200},
          .begun = kBegun,
          .body_read = microseconds(1500),
          .planned = microseconds(1533),
          .first_byte = microseconds(402'033),
          .ended = microseconds(812'400),
          .trace = TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").value()};
}

inline AttemptRecord an_attempt() {
  using std::chrono::microseconds;
  CallRecord call = a_call();
  return {.call = call.id,
          .model = call.model,
          .tier = call.tier,
          .provider = "openai",
          .provider_kind = "openai",
          .operation = "chat",
          .deployment = call.deployment,
          .key_name = "main",
          .status = 200,
          .usage = call.usage,
          .cost = call.cost,
          .begun = kBegun + microseconds(1600),
          .sent = microseconds(300),
          .head = microseconds(400'000),
          .ended = microseconds(810'000),
          .trace = TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-aaaaaaaaaaaaaaaa-01").value(),
          .call_span = call.trace.span};
}

}  // namespace weir::reporter
