#include "reporter/otlp.h"

#include <algorithm>
#include <bit>

#include "base/append.h"
#include "reporter/text_pieces.h"

namespace weir::reporter {
namespace {

// opentelemetry/proto/trace/v1/trace.proto: Span.SpanKind and Status.StatusCode
enum class SpanKind : std::uint8_t { internal = 1, server = 2, client = 3 };
constexpr int kStatusError = 2;

// One span, written from its first byte to its last while this lives.
class SpanText {
 public:
  SpanText(std::string& out, const TraceId& trace, const SpanId& id, const SpanId& parent) : out_(out) {
    if (out_.back() == '}') out_ += ',';
    id_member(R"({"traceId":")", trace);
    id_member(R"(,"spanId":")", id);
    if (parent != SpanId{}) id_member(R"(,"parentSpanId":")", parent);
  }
  SpanText(const SpanText&) = delete;
  SpanText& operator=(const SpanText&) = delete;
  ~SpanText() { out_ += '}'; }

  // "chat" and "gpt-4o-mini" make "chat gpt-4o-mini".
  void name(SpanKind kind, std::string_view first, std::string_view second = {}) {
    out_ += R"(,"kind":)";
    append_number(out_, static_cast<int>(kind));
    std::string whole(first);
    if (!second.empty()) whole.append(" ").append(second);
    out_ += R"(,"name":)";
    append_json_name(out_, whole);
  }
  void times(WallTime begun, Duration from, Duration to) {
    auto at = [&](Duration since) { return (begun.time_since_epoch() + since).count(); };
    static_assert(WallTime::period::den == std::nano::den);
    out_ += R"(,"startTimeUnixNano":")";
    append_number(out_, at(from));
    out_ += R"(","endTimeUnixNano":")";
    append_number(out_, at(std::max(from, to)));
    out_ += '"';
  }
  void failed() {
    out_ += R"(,"status":{"code":)";
    append_number(out_, kStatusError);
    out_ += '}';
  }

 private:
  void id_member(std::string_view name, std::span<const std::uint8_t> id) {
    out_ += name;
    append_hex(out_, id);
    out_ += '"';
  }

  std::string& out_;
};

// A list of attributes, opened and closed while this lives. One that is not known is left out.
class Attributes {
 public:
  explicit Attributes(std::string& out) : out_(out) { out_ += R"(,"attributes":[)"; }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { out_ += ']'; }

  void text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    begin(key, "stringValue");
    append_json_name(out_, value);
    out_ += "}}";
  }
  void number(std::string_view key, std::integral auto value) {
    begin(key, "intValue");
    out_ += '"';
    append_number(out_, value);
    out_ += "\"}}";
  }
  void truth(std::string_view key, bool value) {
    begin(key, "boolValue");
    out_ += value ? "true}}" : "false}}";
  }

 private:
  void begin(std::string_view key, std::string_view type) {
    if (out_.back() == '}') out_ += ',';
    out_.append(R"({"key":")").append(key).append(R"(","value":{")").append(type).append("\":");
  }

  std::string& out_;
};

std::string_view code_of(std::optional<Failure::Kind> failure) {
  return failure ? class_of(*failure).code : std::string_view();
}

bool is_error(Outcome outcome) {
  return outcome == Outcome::provider_error || outcome == Outcome::weir_error;
}

// What the provider was asked for: a deployment is "PROVIDER/MODEL".
std::string_view model_at_provider(const AttemptRecord& attempt) {
  std::string_view rest = attempt.deployment;
  if (!rest.starts_with(attempt.provider)) return attempt.model;
  rest.remove_prefix(attempt.provider.size());
  return rest.size() > 1 && rest.front() == '/' ? rest.substr(1) : attempt.model;
}

void append_call_attributes(std::string& out, const CallRecord& call) {
  Attributes attributes(out);
  bool known_path = call.path.starts_with('/');
  attributes.text("http.request.method", "POST");
  attributes.text("http.route", known_path ? call.path : "");
  attributes.text("url.path", known_path ? call.path : "");
  if (call.status != 0) attributes.number("http.response.status_code", call.status);
  if (is_error(call.outcome)) {
    attributes.text("error.type", call.failure ? code_of(call.failure) : name_of(call.outcome));
  }
  attributes.text("weir.request_id", call.id.text());
  attributes.text("weir.model", call.model);
  attributes.text("weir.tier", call.tier);
  attributes.text("weir.outcome", name_of(call.outcome));
  attributes.text("weir.failure", code_of(call.failure));
  attributes.text("weir.cache", name_of(call.cache));
  attributes.text("weir.cache_detail", call.cache_detail);
  attributes.text("weir.deployment", call.deployment);
  attributes.number("weir.attempts", call.attempts);
  if (call.fallback != Fallback::none) attributes.text("weir.fallback", name_of(call.fallback));
  attributes.truth("weir.streamed", call.streamed);
  if (call.cost) attributes.number("weir.cost_nanos", call.cost->count);
  if (call.saved) attributes.number("weir.saved_nanos", call.saved->count);
}

// The stages that it came to, in turn.
template <class Show>
void each_stage(const CallRecord& call, Show show) {
  if (call.body_read > Duration::zero()) show(Stage::body, "body", Duration::zero(), call.body_read);
  if (call.planned <= Duration::zero()) return;
  show(Stage::plan, "plan", call.body_read, call.planned);
  show(Stage::answer, "answer", call.planned, call.ended);
}

void append_spans(std::string& out, const CallRecord& call) {
  {
    SpanText span(out, call.trace.trace, call.trace.span, call.caller_span);
    span.name(SpanKind::server, "POST", call.path.starts_with('/') ? call.path : "");
    span.times(call.begun, Duration::zero(), call.ended);
    append_call_attributes(out, call);
    if (is_error(call.outcome)) span.failed();
  }
  each_stage(call, [&](Stage stage, std::string_view name, Duration from, Duration to) {
    SpanText span(out, call.trace.trace, stage_span(call.trace.span, stage), call.trace.span);
    span.name(SpanKind::internal, name);
    span.times(call.begun, from, to);
  });
}

void append_attempt_attributes(std::string& out, const AttemptRecord& attempt) {
  Attributes attributes(out);
  attributes.text("gen_ai.operation.name", attempt.operation);
  attributes.text("gen_ai.provider.name", attempt.provider_kind);
  attributes.text("gen_ai.request.model", model_at_provider(attempt));
  if (attempt.usage) {
    attributes.number("gen_ai.usage.input_tokens", attempt.usage->input);
    attributes.number("gen_ai.usage.output_tokens", attempt.usage->output);
    attributes.number("gen_ai.usage.cache_read.input_tokens", attempt.usage->cached_input);
  }
  if (attempt.status != 0) attributes.number("http.response.status_code", attempt.status);
  attributes.text("error.type", code_of(attempt.failure));
  attributes.text("weir.request_id", attempt.call.text());
  attributes.text("weir.provider", attempt.provider);
  attributes.text("weir.deployment", attempt.deployment);
  attributes.text("weir.key_name", attempt.key_name);
  attributes.number("weir.attempt", attempt.number);
  if (attempt.cost) attributes.number("weir.cost_nanos", attempt.cost->count);
}

void append_spans(std::string& out, const AttemptRecord& attempt) {
  SpanText span(out, attempt.trace.trace, attempt.trace.span, attempt.call_span);
  span.name(SpanKind::client, attempt.operation, model_at_provider(attempt));
  span.times(attempt.begun, Duration::zero(), attempt.ended);
  append_attempt_attributes(out, attempt);
  if (attempt.failure) span.failed();
}

std::size_t count_spans(const CallRecord& call) {
  std::size_t count = 1;
  each_stage(call, [&](auto&&...) { ++count; });
  return count;
}
std::size_t count_spans(const AttemptRecord&) { return 1; }

}  // namespace

std::size_t spans_of(const CallReport& report) {
  return std::visit([](const auto& record) { return count_spans(record); }, report);
}

std::string export_request(std::span<const CallReport> reports, std::string_view version) {
  constexpr std::size_t kUsualReport = 1600;
  std::string out;
  out.reserve(reports.size() * kUsualReport);
  out += R"({"resourceSpans":[{"resource":{"attributes":[)";
  out += R"({"key":"service.name","value":{"stringValue":"weir"}},)";
  out += R"({"key":"service.version","value":{"stringValue":)";
  append_json_name(out, version);
  out += R"(}}]},"scopeSpans":[{"scope":{"name":"weir"},"spans":[)";
  for (const auto& report : reports) {
    std::visit([&](const auto& record) { append_spans(out, record); }, report);
  }
  out += "]}]}]}";
  return out;
}

SpanId stage_span(const SpanId& call, Stage stage) {
  constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;
  auto z = std::bit_cast<std::uint64_t>(call) + kGolden * (static_cast<std::uint64_t>(stage) + 1);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  z ^= z >> 31;
  return std::bit_cast<SpanId>(z != 0 ? z : kGolden);  // all zero is none
}

}  // namespace weir::reporter
