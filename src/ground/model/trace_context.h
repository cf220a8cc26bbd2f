// Which trace a call belongs to, as callers and providers say it: the header `traceparent`
// (www.w3.org/TR/trace-context, version 00).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace weir {

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;  // all zero: none

SpanId new_span_id(Random& random);

// The span that something belongs to.
struct TraceContext {
  TraceId trace = {};
  SpanId span = {};
  bool sampled = false;  // it is to be reported

  // A trace that begins here.
  static TraceContext begin(Random& random);
  // Of a header's value. Nothing where it is not as the specification has it.
  static std::optional<TraceContext> parse(std::string_view traceparent);
  // "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
  std::string to_header() const;

  bool operator==(const TraceContext&) const = default;
};

}  // namespace weir
