#include "http/chunked.h"

#include <algorithm>
#include <charconv>

#include "http/characters.h"

namespace weir::http {
namespace {

constexpr std::uint8_t kMostDigits = 16;
constexpr std::uint16_t kMostExtensionBytes = 256;
constexpr std::uint32_t kMostTrailerBytes = 8 << 10;
// Framing that is excused: this much for each chunk, and as many bytes as its data. What is beyond adds up.
constexpr std::uint64_t kFreeOverhead = 16;
constexpr std::uint64_t kMostOverhead = 16 << 10;

constexpr const char* kBadSize = "A chunk's size must be a number in hex digits.";
constexpr const char* kLargeSize = "A chunk's size is larger than this server can count.";
constexpr const char* kBadExtension = "A chunk's extension is malformed.";
constexpr const char* kLongExtension = "A chunk's extensions are longer than this server allows.";
constexpr const char* kBadLineEnd = "Lines of a chunked body must end in CRLF.";
constexpr const char* kBadDataEnd = "A chunk's data must be followed by CRLF.";
constexpr const char* kBadTrailer = "A trailer field is malformed.";
constexpr const char* kLongTrailers = "The trailers are longer than this server allows.";
constexpr const char* kMostlyFraming = "The chunks of the body are mostly framing; send larger chunks.";

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::uint64_t hex_value(char c) {
  return static_cast<std::uint64_t>(is(kDigit, c) ? c - '0' : lower(c) - 'a' + 10);
}

}  // namespace

std::expected<ChunkedDecoder::Step, Rejection> ChunkedDecoder::next(std::string_view in) {
  std::size_t at = 0;
  while (state_ != State::done && at < in.size()) {
    if (state_ == State::data) {
      const std::string_view data =
          in.substr(at, static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - at)));
      left_ -= data.size();
      if (left_ == 0) state_ = State::data_cr;
      return Step{at + data.size(), data, false};
    }
    if (const char* fault = take(in[at])) return std::unexpected(Rejection{400, fault});
    ++at;
  }
  return Step{at, {}, state_ == State::done};
}

// One byte of framing. Returns what is wrong with it, or nullptr.
const char* ChunkedDecoder::take(char c) {
  ++overhead_;
  switch (state_) {
    case State::size_first:
    case State::size:
    case State::size_lf:
      return take_size(c);
    case State::data_cr:
      state_ = State::data_lf;
      return c == '\r' ? nullptr : kBadDataEnd;
    case State::data_lf:
      state_ = State::size_first;
      return c == '\n' ? nullptr : kBadDataEnd;
    case State::trailer_first:
    case State::trailer_name:
    case State::trailer_value:
    case State::trailer_lf:
    case State::end_lf:
      return take_trailer(c);
    default:
      return take_extension(c);
  }
}

const char* ChunkedDecoder::take_size(char c) {
  if (state_ == State::size_lf) return c == '\n' ? end_size_line() : kBadLineEnd;
  if (is(kHexDigit, c)) {
    if (state_ == State::size_first) {
      state_ = State::size;
      digits_ = 0;
      extension_bytes_ = 0;
      left_ = 0;
    }
    // Below 2^59 before the last digit is below 2^63 after it.
    if (++digits_ > kMostDigits || (left_ >> 59) != 0) return kLargeSize;
    left_ = left_ << 4 | hex_value(c);
    return nullptr;
  }
  if (state_ == State::size_first) return kBadSize;
  return take_extension(c);
}

// *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ), a token or a quoted string as the value.
const char* ChunkedDecoder::take_extension(char c) {
  const bool between = state_ == State::size || state_ == State::extension_name ||
                       state_ == State::extension_value || state_ == State::extension_quoted_end;
  if (between && c == '\r') {
    state_ = State::size_lf;
    return nullptr;
  }
  if (++extension_bytes_ > kMostExtensionBytes) return kLongExtension;
  switch (state_) {
    case State::extension_first:
    case State::extension_value_first: {
      const bool value = state_ == State::extension_value_first;
      if (is_space(c)) return nullptr;
      if (value && c == '"') {
        state_ = State::extension_quoted;
        return nullptr;
      }
      state_ = value ? State::extension_value : State::extension_name;
      return is(kToken, c) ? nullptr : kBadExtension;
    }
    case State::extension_quoted:
      if (c == '"') state_ = State::extension_quoted_end;
      if (c == '\\') state_ = State::extension_escaped;
      return is(kValue, c) ? nullptr : kBadExtension;
    case State::extension_escaped:
      state_ = State::extension_quoted;
      return is(kValue, c) ? nullptr : kBadExtension;
    case State::extension_name:
    case State::extension_value:
      if (is(kToken, c)) return nullptr;
      break;
    default:
      break;
  }
  // After the size, a name or a value: white space, the next extension, or a name's value.
  const bool after_name = state_ == State::extension_name || state_ == State::extension_name_space;
  if (is_space(c)) {
    state_ = after_name ? State::extension_name_space : State::extension_space;
    return nullptr;
  }
  if (c == ';') {
    state_ = State::extension_first;
    return nullptr;
  }
  if (c == '=' && after_name) {
    state_ = State::extension_value_first;
    return nullptr;
  }
  return state_ == State::size ? kBadSize : kBadExtension;
}

const char* ChunkedDecoder::end_size_line() {
  const std::uint64_t excused = kFreeOverhead + std::min(left_, kMostOverhead);
  overhead_ -= std::min(overhead_, excused);
  if (overhead_ > kMostOverhead) return kMostlyFraming;
  state_ = left_ == 0 ? State::trailer_first : State::data;
  return nullptr;
}

const char* ChunkedDecoder::take_trailer(char c) {
  if (++trailer_bytes_ > kMostTrailerBytes) return kLongTrailers;
  switch (state_) {
    case State::trailer_first:
      state_ = c == '\r' ? State::end_lf : State::trailer_name;
      return c == '\r' || is(kToken, c) ? nullptr : kBadTrailer;
    case State::trailer_name:
      if (c == ':') state_ = State::trailer_value;
      return c == ':' || is(kToken, c) ? nullptr : kBadTrailer;
    case State::trailer_value:
      if (c == '\r') state_ = State::trailer_lf;
      return c == '\r' || is(kValue, c) ? nullptr : kBadTrailer;
    case State::trailer_lf:
      state_ = State::trailer_first;
      return c == '\n' ? nullptr : kBadLineEnd;
    default:
      state_ = State::done;
      return c == '\n' ? nullptr : kBadLineEnd;
  }
}

std::size_t write_chunk_head(char* out, std::uint64_t size) {
  char* end = std::to_chars(out, out + kMostChunkHead - 2, size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  return static_cast<std::size_t>(end - out);
}

}  // namespace weir::http
