#include "reporter/call_line.h"

#include <algorithm>

#include "base/append.h"
#include "reporter/text_pieces.h"

namespace weir::reporter {
namespace {

bool is_given(const TraceId& trace) {
  return std::ranges::any_of(trace, [](auto byte) { return byte != 0; });
}

// How long each stage took, out of the moments at which it was over; zero: it did not come so far.
struct Shares {
  explicit Shares(const CallRecord& call)
      : body(call.body_read),
        plan(between(call.body_read, call.planned)),
        first_byte(between(std::max(call.body_read, call.planned), call.first_byte)) {}

  static Duration between(Duration from, Duration to) { return std::max(to - from, Duration::zero()); }

  Duration body;
  Duration plan;
  Duration first_byte;
};

// `name` is a member's name as it stands in the object: `,"model":`.
void append_member(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  append_json_name(out, value);
}
void append_member(std::string& out, std::string_view name, std::integral auto value) {
  out += name;
  append_number(out, value);
}
void append_member(std::string& out, std::string_view name, Duration value) {
  out += name;
  append_milliseconds(out, value);
}

void append_usage(std::string& out, const Usage& usage) {
  append_member(out, R"(,"input_tokens":)", usage.input);
  append_member(out, R"(,"cached_input_tokens":)", usage.cached_input);
  append_member(out, R"(,"output_tokens":)", usage.output);
}

void append_failed(std::string& out, const FailedAttempt& failed) {
  append_member(out, R"({"deployment":)", failed.deployment);
  if (!failed.key_name.empty()) append_member(out, R"(,"key":)", failed.key_name);
  if (failed.status != 0) append_member(out, R"(,"status":)", failed.status);
  append_member(out, R"(,"code":)", code_of(failed));
  append_member(out, R"(,"ms":)", failed.took);
  out += '}';
}

void append_failed(std::string& out, std::span<const FailedAttempt> all) {
  if (all.empty()) return;
  out += R"(,"failed":[)";
  for (const auto& failed : all) {
    if (out.back() == '}') out += ',';
    append_failed(out, failed);
  }
  out += ']';
}

// " attempts=2 after openai/gpt-4o(main) 429 12ms": for each its status, or what happened where none came.
void append_attempts_text(std::string& out, const CallRecord& call) {
  if (call.failed.all().empty()) return;
  fmt::format_to(std::back_inserter(out), " attempts={} after", call.attempts);
  for (const auto& failed : call.failed.all()) {
    if (&failed != call.failed.all().data()) out += ',';
    out += ' ';
    telemetry::append_text_value(out, failed.deployment);
    if (!failed.key_name.empty()) {
      out += '(';
      telemetry::append_text_value(out, failed.key_name);
      out += ')';
    }
    out += ' ';
    if (failed.status != 0) {
      append_number(out, failed.status);
    } else {
      out += code_of(failed);
    }
    auto took = std::chrono::round<std::chrono::milliseconds>(failed.took).count();
    fmt::format_to(std::back_inserter(out), " {}ms", took);
  }
}

// All but the time, which is at the front.
void append_json(std::string& out, const CallRecord& call) {
  append_member(out, R"(,"level":)", name_of(level_of(call)));
  append_member(out, R"(,"event":"call","request_id":)", call.id.text());
  append_member(out, R"(,"path":)", call.path);
  append_member(out, R"(,"model":)", call.model);
  append_member(out, R"(,"tier":)", call.tier);
  append_member(out, R"(,"outcome":)", name_of(call.outcome));
  append_member(out, R"(,"status":)", call.status);
  append_member(out, R"(,"cache":)", name_of(call.cache));
  if (!call.cache_detail.empty()) append_member(out, R"(,"cache_detail":)", call.cache_detail);
  if (!call.deployment.empty()) append_member(out, R"(,"deployment":)", call.deployment);
  append_member(out, R"(,"attempts":)", call.attempts);
  append_failed(out, call.failed.all());
  if (call.fallback != Fallback::none) append_member(out, R"(,"fallback":)", name_of(call.fallback));
  out += call.streamed ? R"(,"streamed":true)" : R"(,"streamed":false)";
  if (call.usage) append_usage(out, *call.usage);
  if (call.cost) out.append(R"(,"cost_usd":)").append(to_dollars(*call.cost));
  if (call.saved) out.append(R"(,"saved_usd":)").append(to_dollars(*call.saved));
  if (call.failure) append_member(out, R"(,"failure":)", class_of(*call.failure).code);
  Shares shares(call);
  append_member(out, R"(,"body_ms":)", shares.body);
  append_member(out, R"(,"plan_ms":)", shares.plan);
  append_member(out, R"(,"first_byte_ms":)", shares.first_byte);
  append_member(out, R"(,"total_ms":)", call.ended);
  if (is_given(call.trace.trace)) {
    out += R"(,"trace_id":")";
    append_hex(out, call.trace.trace);
    out += '"';
  }
}

void append_text(std::string& out, const CallRecord& call) {
  auto word = [&out](std::string_view value, std::string_view name = {}) {
    out.append(" ").append(name);
    telemetry::append_text_value(out, value);
  };
  fmt::format_to(std::back_inserter(out), " {:<7} call {} {}", name_of(level_of(call)), name_of(call.outcome),
                 call.status);
  if (call.failure) word(class_of(*call.failure).code);
  word(call.path);
  word(call.model);
  if (call.cache != CacheResult::none) word(name_of(call.cache), "cache=");
  if (!call.deployment.empty()) word(call.deployment, "deployment=");
  append_attempts_text(out, call);
  if (call.fallback != Fallback::none) word(name_of(call.fallback), "fallback=");
  fmt::format_to(std::back_inserter(out), " {:.1f} ms",
                 std::chrono::duration<double, std::milli>(call.ended).count());
  if (call.usage) {
    fmt::format_to(std::back_inserter(out), " tokens={}+{}", call.usage->input, call.usage->output);
  }
  word(call.id.text());
}

}  // namespace

telemetry::LogLevel level_of(const CallRecord& call) {
  bool failed = call.outcome == Outcome::provider_error || call.outcome == Outcome::weir_error;
  return failed ? telemetry::LogLevel::warning : telemetry::LogLevel::info;
}

void CallLines::append(std::string& out, const CallRecord& call) {
  WallTime ended = call.begun + std::chrono::duration_cast<WallTime::duration>(call.ended);
  if (format_ == telemetry::LogOptions::Format::text) {
    append_time(out, ended);
    append_text(out, call);
    out += '\n';
    return;
  }
  out += R"({"time":")";
  append_time(out, ended);
  out += '"';
  append_json(out, call);
  out += "}\n";
}

void CallLines::append_time(std::string& out, WallTime when) {
  auto second = std::chrono::floor<std::chrono::seconds>(when);
  if (second != second_) {
    second_ = second;
    second_text_ =
        fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::chrono::system_clock::to_time_t(second)));
  }
  auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(when - second).count();
  out += second_text_;
  out += '.';
  for (int unit : {100, 10, 1}) out += static_cast<char>('0' + milliseconds / unit % 10);
  out += 'Z';
}

}  // namespace weir::reporter
