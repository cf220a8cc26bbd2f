// What is known of a call when it is over: for its figures, its log line and its trace. Written by the
// journey; plain values, so that another thread can do the rest.
//
// Texts are views of constants or of telemetry::Names: they live as long as the process, and none of them is
// anything that a caller or a provider sent.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "model/failed_attempts.h"
#include "model/failure.h"
#include "model/ids.h"
#include "model/money.h"
#include "model/trace_context.h"
#include "model/usage.h"

namespace weir {

// How a call ended for its caller; the label `outcome`.
enum class Outcome : std::uint8_t {
  ok,
  caller_error,    // 4xx: refused by weir or by the provider
  provider_error,  // the provider failed
  weir_error,      // weir was full, about to end, or wrong
  caller_gone,     // nobody was left to answer
};
std::string_view name_of(Outcome outcome);

// What the cache did for it; the label `result` of weir_cache_requests_total.
enum class CacheResult : std::uint8_t {
  none,    // it did not come so far, or its path is never cached
  hit,     // served from the cache
  miss,    // a call was made whose answer may be kept
  stale,   // a miss: what was there had expired
  joined,  // the answer came by a call that was under way
  bypass,  // not to be looked for and not to be kept
};
std::string_view name_of(CacheResult result);

// Why somebody else answered than was asked.
enum class Fallback : std::uint8_t {
  none,
  outage,          // no deployment of the model answered
  context_window,  // the prompt was too long for it
  content_policy,  // its provider's policy forbade it
  cheaper,         // weir is loaded, and asks the cheaper one
  stale,           // an expired answer from the cache
  canned,          // the text that the configuration has for this
};
std::string_view name_of(Fallback fallback);

// One call, as its caller saw it.
struct CallRecord {
  RequestId id;
  std::string_view path = "other";     // as RelayedPath has it
  std::string_view model = "other";    // the configured name or pattern that was asked for
  std::string_view tier = "default";   // of the caller's key
  std::string_view deployment = {};    // "openai/gpt-4o-mini"; empty: none answered
  std::string_view cache_detail = {};  // the word in `Cache-Status`
  Outcome outcome = Outcome::ok;
  std::optional<Failure::Kind> failure = {};
  CacheResult cache = CacheResult::none;
  bool streamed = false;
  std::uint16_t status = 0;    // what the caller got; 0: nothing
  std::uint16_t attempts = 0;  // at providers, for this answer
  FailedAttempts failed = {};  // of those
  Fallback fallback = Fallback::none;
  std::optional<Usage> usage = {};
  std::optional<NanoDollars> cost = {};   // of its own attempts
  std::optional<NanoDollars> saved = {};  // what a hit or a joined call would have cost

  WallTime begun{};  // when its head had come
  // Since then; zero: it did not come so far. Each includes those above it.
  Duration body_read{};   // the request's last byte
  Duration planned{};     // admitted, routed, and looked up in the cache
  Duration first_byte{};  // of the answer, handed to the socket
  Duration ended{};

  TraceContext trace = {};  // its own span; not sampled where it is not to be reported
  SpanId caller_span = {};  // the span that its caller named
};

// One attempt to have a call answered by a provider.
struct AttemptRecord {
  RequestId call;
  std::string_view model = "other";
  std::string_view tier = "default";
  std::string_view provider = {};       // its configured name
  std::string_view provider_kind = {};  // "openai", "anthropic", "simulated"
  std::string_view operation = {};      // gen_ai.operation.name: "chat", "embeddings", "text_completion", …
  std::string_view deployment = {};
  std::string_view key_name = {};             // empty: none was needed
  std::optional<Failure::Kind> failure = {};  // nothing: it ended as it should
  std::uint16_t status = 0;                   // the provider's; 0: no answer
  std::uint16_t number = 1;                   // of the call's attempts
  std::optional<Usage> usage = {};
  std::optional<NanoDollars> cost = {};

  WallTime begun{};
  // Since then; zero: it did not come so far.
  Duration sent{};  // connected, and the request's last byte handed to the socket
  Duration head{};  // the answer's head had come
  Duration ended{};

  TraceContext trace = {};  // its own span
  SpanId call_span = {};    // its call's
};

using CallReport = std::variant<CallRecord, AttemptRecord>;

}  // namespace weir
