#include "model/trace_context.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";  // upper case is not allowed

template <std::size_t kSize>
void fill(std::array<std::uint8_t, kSize>& id, Random& random) {
  std::ranges::generate(id, [&] { return static_cast<std::uint8_t>(random.next() >> 56); });
  id.back() |= 1;  // never all zero
}

template <std::size_t kSize>
bool read(std::string_view hex, std::array<std::uint8_t, kSize>& bytes) {
  if (hex.size() != 2 * kSize) return false;
  for (std::size_t i = 0; i < kSize; ++i) {
    auto high = kDigits.find(hex[2 * i]);
    auto low = kDigits.find(hex[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return false;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

template <std::size_t kSize>
void write(std::string& out, const std::array<std::uint8_t, kSize>& bytes) {
  for (auto byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

template <std::size_t kSize>
bool is_zero(const std::array<std::uint8_t, kSize>& id) {
  return std::ranges::all_of(id, [](auto byte) { return byte == 0; });
}

}  // namespace

SpanId new_span_id(Random& random) {
  SpanId id;
  fill(id, random);
  return id;
}

TraceContext TraceContext::begin(Random& random) {
  TraceContext context{.span = new_span_id(random), .sampled = true};
  fill(context.trace, random);
  return context;
}

std::optional<TraceContext> TraceContext::parse(std::string_view text) {
  constexpr std::size_t kSize = 55;
  if (text.size() < kSize || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  std::array<std::uint8_t, 1> version{};
  std::array<std::uint8_t, 1> flags{};
  TraceContext context;
  bool good = read(text.substr(0, 2), version) && read(text.substr(3, 32), context.trace) &&
              read(text.substr(36, 16), context.span) && read(text.substr(53, 2), flags);
  // Later versions may have more behind; 255 is none.
  if (!good || version[0] == 255 || (version[0] == 0 && text.size() != kSize)) return std::nullopt;
  if (text.size() > kSize && text[kSize] != '-') return std::nullopt;
  if (is_zero(context.trace) || is_zero(context.span)) return std::nullopt;
  context.sampled = (flags[0] & 1) != 0;
  return context;
}

std::string TraceContext::to_header() const {
  std::string text = "00-";
  write(text, trace);
  text += '-';
  write(text, span);
  text += sampled ? "-01" : "-00";
  return text;
}

}  // namespace weir
