#include "journey/call_notes.h"

#include "base/append.h"

namespace weir::journey {
namespace {

Outcome outcome_of(int status, const Result<void>& result) {
  if (result) return status >= 400 ? Outcome::caller_error : Outcome::ok;
  const auto kind = result.error().kind;
  if (kind == Failure::Kind::client_gone) return Outcome::caller_gone;
  switch (class_of(kind).origin) {
    case Origin::caller:
      return Outcome::caller_error;
    case Origin::provider:
      return Outcome::provider_error;
    case Origin::weir:
      break;
  }
  return Outcome::weir_error;
}

// "plan;dur=0.042": milliseconds.
void append_stage(std::string& text, std::string_view name, Duration from, Duration to) {
  if (to <= from) return;
  if (!text.empty()) text += ", ";
  text.append(name).append(";dur=");
  append_milliseconds(text, to - from);
}

// "attempt;dur=12.300;desc="openai/gpt-4o: provider_timeout""
void append_attempt(std::string& text, const FailedAttempt& failed) {
  if (!text.empty()) text += ", ";
  text.append("attempt;dur=");
  append_milliseconds(text, failed.took);
  text.append(";desc=\"").append(failed.deployment).append(": ").append(code_of(failed)).append("\"");
}

}  // namespace

void CallNotes::begin_trace(const config::TraceSettings& settings, const http::RequestHead& head,
                            Random& random, TraceLimit& limit) {
  if (!settings.enabled()) return;
  const auto caller = TraceContext::parse(head.headers.find("traceparent").value_or(""));
  const bool wanted = caller ? caller->sampled : random.unit() < settings.sample.of_one;
  if (!wanted || !limit.take(began_, settings.per_second)) return;
  record_.trace = caller ? TraceContext{.trace = caller->trace, .span = new_span_id(random), .sampled = true}
                         : TraceContext::begin(random);
  if (caller) record_.caller_span = caller->span;
}

void CallNotes::answer_begins(http::HeaderLines& lines) {
  if (record_.first_byte != Duration::zero()) return;
  record_.first_byte = elapsed();
  std::string timing;
  timing.reserve(64);
  append_stage(timing, "body", Duration::zero(), record_.body_read);
  append_stage(timing, "plan", record_.body_read, record_.planned);
  append_stage(timing, "answer", record_.planned, record_.first_byte);
  for (const auto& failed : record_.failed.all()) append_attempt(timing, failed);
  lines.add("server-timing", timing);
}

void CallNotes::add_attempts(http::HeaderLines& lines) const {
  if (record_.attempts == 0) return;
  lines.add("x-weir-deployment", record_.deployment);
  lines.add("x-weir-attempts", fmt::format("{}", record_.attempts));
}

void CallNotes::note(const recording::Provenance& provenance, CacheResult cache) {
  record_.cache = cache;
  record_.deployment = provenance.maker.label;
  record_.usage = provenance.usage;
  const bool stale = provenance.fallback == Fallback::stale;
  if (stale) record_.cache = CacheResult::stale;
  const bool own = !stale && cache != CacheResult::hit && cache != CacheResult::joined;
  if (cache != CacheResult::joined) {
    record_.attempts = provenance.attempts;
    record_.failed = provenance.failed;
  }
  record_.fallback = provenance.fallback;
  (own ? record_.cost : record_.saved) = provenance.cost;
}

const CallRecord& CallNotes::end(int status, const Result<void>& outcome) {
  record_.ended = elapsed();
  record_.status = static_cast<std::uint16_t>(status);
  record_.outcome = outcome_of(status, outcome);
  if (!outcome) record_.failure = outcome.error().kind;
  return record_;
}

}  // namespace weir::journey
