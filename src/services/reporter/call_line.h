// The line that a call leaves in the log.
//
// As JSON, one object (`?`: only where it is known):
//   time            when the call ended, RFC 3339 in UTC
//   level           "warning" where the provider or weir failed, else "info"
//   event           "call"
//   request_id, path, model, tier, outcome, status, cache, cache_detail?, deployment?, attempts, streamed,
//   failure?        as CallRecord (model/call_record.h) has them; failure by its stable code
//   failed?         where the first attempt was not the last: those that came to nothing, the first four of
//                   them, as {deployment, key?, status?, code, ms}
//   fallback?       why another model was asked, or something else answered
//   input_tokens?, cached_input_tokens?, output_tokens?
//   cost_usd?, saved_usd?
//   body_ms         from the request's head to its last byte
//   plan_ms         from there until it was known who answers: admitted, routed, looked up in the cache
//   first_byte_ms   from there until the answer's first byte was handed to the socket
//   total_ms        from the request's head to the end of the answer; what the three above leave is the rest
//                   of the answer
//   trace_id?       of its own trace, or its caller's
// Times are milliseconds with at most three decimals, and 0 for a stage that the call did not come to.
//
// As text, for people:
//   2026-01-02T03:04:05.006Z info    call ok 200 /v1/chat/completions gpt-4o-mini cache=miss
//       deployment=openai/gpt-4o-mini attempts=2 after openai/gpt-4o(main) 429 12ms 812.4 ms tokens=12+34
//       req_01…                (one line; the attempts only where there were several; in on out tokens)
#pragma once

#include <string>

#include "model/call_record.h"
#include "telemetry/log.h"

namespace weir::reporter {

telemetry::LogLevel level_of(const CallRecord& call);

// Makes lines of one format. One thread.
class CallLines {
 public:
  explicit CallLines(telemetry::LogOptions::Format format) : format_(format) {}

  // Appends the line, with its end.
  void append(std::string& out, const CallRecord& call);

 private:
  void append_time(std::string& out, WallTime when);

  telemetry::LogOptions::Format format_;
  // Made once a second: the latest, as text.
  std::chrono::sys_seconds second_{std::chrono::seconds(-1)};
  std::string second_text_;
};

}  // namespace weir::reporter
