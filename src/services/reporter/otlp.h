// What is known of calls as OpenTelemetry spans: the body of an OTLP/HTTP request in JSON.
//
// Form: OTLP 1.10.0 (opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding"): ids in hex, enumerations as
// numbers, 64-bit integers as strings. Names: Semantic Conventions 1.41.0, HTTP spans
// (opentelemetry.io/docs/specs/semconv/http/http-spans) and GenAI client spans
// (opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans, in development); what they have no name for is
// under `weir.`.
//
//   POST /v1/chat/completions       SERVER, below the span that the caller named
//     body                          INTERNAL: the request is read
//     plan                          INTERNAL: it is admitted, routed and looked up in the cache
//     answer                        INTERNAL: from there to the end
//     chat gpt-4o-mini              CLIENT, one for each attempt at a provider
//
// A span's status is an error where the provider or weir failed: a call that its caller got wrong is none
// (HTTP spans, "Status"). `error.type` is the failure's stable code (model/failure.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "model/call_record.h"

namespace weir::reporter {

// How many spans a report becomes: 1 for an attempt; 1 to 4 for a call, by how far it came.
std::size_t spans_of(const CallReport& report);

// All of them, as one ExportTraceServiceRequest. `version` is weir's.
std::string export_request(std::span<const CallReport> reports, std::string_view version);

// A call's stages in the order of their spans.
enum class Stage : std::uint8_t { body, plan, answer };

// The id of a stage's span: the call's, mixed with the stage's number (a round of SplitMix64, Steele et al.
// 2014), so that it is as random as that one, and nobody has to keep it.
SpanId stage_span(const SpanId& call, Stage stage);

}  // namespace weir::reporter
