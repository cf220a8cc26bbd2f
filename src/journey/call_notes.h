// What is to be told of one call, gathered while it is answered: for figures, log line and trace.
#pragma once

#include "base/random.h"
#include "config/settings.h"
#include "http/header_lines.h"
#include "http/request_head.h"
#include "journey/trace_limit.h"
#include "model/call_record.h"
#include "recording/recording.h"

namespace weir::journey {

// One call's; lives as long as its caller's task. The clock must outlive it.
class CallNotes {
 public:
  // The call begins now.
  CallNotes(const Clock& clock, Random& random) : CallNotes(clock, random, clock.wall()) {}

  const RequestId& id() const { return record_.id; }
  CallRecord& record() { return record_; }

  // It belongs to a trace, where there are any: its caller's own, if that is to be reported, or a new one.
  void begin_trace(const config::TraceSettings& settings, const http::RequestHead& head, Random& random,
                   TraceLimit& limit);
  void body_was_read() { record_.body_read = elapsed(); }
  // What came to nothing before this answer.
  void note_failed(const FailedAttempts& failed) { record_.failed = failed; }
  void was_planned() { record_.planned = elapsed(); }
  // The answer's first byte goes out: `lines` get `server-timing` (www.w3.org/TR/server-timing).
  void answer_begins(http::HeaderLines& lines);
  // Of an answer that weir itself gives: who was asked for it, and how often.
  void add_attempts(http::HeaderLines& lines) const;
  // Who made the answer, and what it took.
  void note(const recording::Provenance& provenance, CacheResult cache);
  // It is over: `status` is what the caller got, 0 if nothing.
  const CallRecord& end(int status, const Result<void>& outcome);

 private:
  CallNotes(const Clock& clock, Random& random, WallTime now)
      : clock_(clock), began_(clock.now()), record_{.id = RequestId(now, random), .begun = now} {}
  Duration elapsed() const { return clock_.now() - began_; }

  const Clock& clock_;
  const TimePoint began_;
  CallRecord record_;
};

}  // namespace weir::journey
