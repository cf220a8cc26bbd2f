#include "http/head_parser.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <limits>

#include "base/try.h"

namespace weir::http {
namespace {

constexpr Fault kNotHttp{400, "The version of the protocol must be HTTP/1.1 or HTTP/1.0."};
constexpr Fault kOtherVersion{505, "This server speaks HTTP/1.1 and HTTP/1.0 here."};
constexpr Fault kBadLineEnd{400, "Lines must end in CRLF."};
constexpr Fault kBadValue{400, "A header's value holds a control character."};
constexpr Fault kBadName{400, "A header's name holds a character that is not allowed in names, or is empty."};
constexpr Fault kSpaceBeforeColon{400, "There must be no white space between a header's name and its colon."};
constexpr Fault kFolded{400, "Header lines must not begin with white space; write each header on one line."};
constexpr Fault kTooManyHeaders{431, "The message has more header lines than this server allows."};
constexpr Fault kBadLength{400, "Content-Length must be one number of bytes in decimal digits."};
constexpr Fault kManyLengths{400, "Content-Length must be given once."};
constexpr Fault kLengthAndCoding{400, "Content-Length and Transfer-Encoding exclude each other."};
constexpr Fault kCodingInOldVersion{400, "Transfer-Encoding does not exist in HTTP/1.0."};
constexpr Fault kBadCoding{400, "Transfer-Encoding must end in chunked, and name it once."};
constexpr Fault kUnknownCoding{501, "The only transfer coding that this server knows is chunked."};

static_assert(std::endian::native == std::endian::little,
              "skip_plain finds the first byte as the lowest one");

// From `at` to the first control character (HTAB is one) or the end, eight bytes at a time.
const char* skip_plain(const char* at, const char* end) {
  constexpr std::uint64_t kOnes = ~std::uint64_t{0} / 255;
  constexpr std::uint64_t kHighBits = kOnes << 7;
  while (end - at >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    const std::uint64_t below_space = (word - kOnes * 0x20) & ~word & kHighBits;
    const std::uint64_t not_delete = word ^ (kOnes * 0x7f);
    const std::uint64_t is_delete = (not_delete - kOnes) & ~not_delete & kHighBits;
    // A borrow may mark bytes above a marked one by mistake, never below: the lowest mark is right.
    if (const std::uint64_t marks = below_space | is_delete) return at + std::countr_zero(marks) / 8;
    at += 8;
  }
  while (at != end && *at != '\t' && is(kValue, *at)) ++at;
  return at;
}

// From `at` to the first byte that no token has or the end; four at a time, as most names are longer.
const char* skip_token(const char* at, const char* end) {
  while (end - at >= 4 && all_are(kToken, {at, 4})) at += 4;
  while (at != end && is(kToken, *at)) ++at;
  return at;
}

Read<Header> read_header(Cursor& cursor) {
  const char* begin = cursor.at;
  cursor.at = skip_token(cursor.at, cursor.end);
  if (cursor.empty()) return need_more();
  const std::string_view name = cursor.since(begin);
  const char after = *cursor.at;
  if (name.empty() && (after == ' ' || after == '\t')) return refuse(kFolded);
  if (name.empty()) return refuse(kBadName);
  if (after == ' ' || after == '\t') return refuse(kSpaceBeforeColon);
  if (after != ':') return refuse(kBadName);
  ++cursor.at;
  const std::string_view value = TRY(read_text(cursor));
  TRY(read_line_end(cursor));
  return Header{name, value};
}

// Counts what comes before `chunked` in the list of all Transfer-Encoding lines.
const Fault* coding_fault(const Headers& headers) {
  std::size_t codings = 0;
  std::size_t chunked = 0;
  bool chunked_last = false;
  for (const Header& header : headers) {
    if (!same_ignoring_case(header.name, "transfer-encoding")) continue;
    std::string_view list = header.value;
    while (true) {
      const std::size_t comma = list.find(',');
      const std::string_view coding = without_outer_space(list.substr(0, comma));
      if (!all_are(kToken, coding) || coding.empty()) return &kBadCoding;
      chunked_last = same_ignoring_case(coding, "chunked");
      chunked += chunked_last ? 1 : 0;
      ++codings;
      if (comma == std::string_view::npos) break;
      list.remove_prefix(comma + 1);
    }
  }
  if (!chunked_last || chunked != 1) return &kBadCoding;
  return codings == 1 ? nullptr : &kUnknownCoding;
}

}  // namespace

Read<Version> read_version(Cursor& cursor) {
  for (const char expected : std::string_view("HTTP/")) {
    if (cursor.empty()) return need_more();
    if (*cursor.at++ != expected) return refuse(kNotHttp);
  }
  char version[3];
  for (char& c : version) {
    if (cursor.empty()) return need_more();
    c = *cursor.at++;
    if (&c == &version[1] ? c != '.' : !is(kDigit, c)) return refuse(kNotHttp);
  }
  if (version[0] != '1' || version[2] > '1') return refuse(kOtherVersion);
  return version[2] == '1' ? Version::http_1_1 : Version::http_1_0;
}

Read<void> read_line_end(Cursor& cursor) {
  for (const char expected : std::string_view("\r\n")) {
    if (cursor.empty()) return need_more();
    if (*cursor.at != expected) return refuse(kBadLineEnd);
    ++cursor.at;
  }
  return {};
}

Read<std::string_view> read_text(Cursor& cursor) {
  const char* begin = cursor.at;
  while (true) {
    cursor.at = skip_plain(cursor.at, cursor.end);
    if (cursor.empty()) return need_more();
    if (*cursor.at != '\t') break;
    ++cursor.at;
  }
  if (*cursor.at == '\n') return refuse(kBadLineEnd);
  if (*cursor.at != '\r') return refuse(kBadValue);
  return without_outer_space(cursor.since(begin));
}

Read<void> read_headers(Cursor& cursor, std::size_t most, Headers& headers) {
  headers.clear();
  while (true) {
    if (cursor.empty()) return need_more();
    if (*cursor.at == '\r') return read_line_end(cursor);
    if (headers.size() == most) return refuse(kTooManyHeaders);
    const Header header = TRY(read_header(cursor));
    headers.add(header.name, header.value);
  }
}

ControlFields control_fields(const Headers& headers) {
  ControlFields fields;
  const auto note = [](ControlFields::Field& field, const Header& header) {
    ++field.lines;
    field.value = header.value;
  };
  for (const Header& header : headers) {
    const std::string_view name = header.name;
    switch (name.size()) {
      case 4:
        if (same_ignoring_case(name, "host")) note(fields.host, header);
        break;
      case 6:
        if (same_ignoring_case(name, "expect")) note(fields.expect, header);
        break;
      case 10:
        if (!same_ignoring_case(name, "connection")) break;
        fields.close = fields.close || list_has_token(header.value, "close");
        fields.keep_alive = fields.keep_alive || list_has_token(header.value, "keep-alive");
        break;
      case 14:
        if (same_ignoring_case(name, "content-length")) note(fields.content_length, header);
        break;
      case 17:
        if (same_ignoring_case(name, "transfer-encoding")) note(fields.transfer_encoding, header);
        break;
      default:
        break;
    }
  }
  return fields;
}

std::optional<std::uint64_t> parse_content_length(std::string_view value) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  std::uint64_t length = 0;
  const char* end = value.data() + value.size();
  const auto [stopped, error] = std::from_chars(value.data(), end, length);
  if (error != std::errc{} || stopped != end || length > kMost) return std::nullopt;
  return length;
}

Read<StatedLength> stated_length(const ControlFields& fields, const Headers& headers, Version version) {
  if (fields.transfer_encoding.lines > 0) {
    if (fields.content_length.lines > 0) return refuse(kLengthAndCoding);
    if (version == Version::http_1_0) return refuse(kCodingInOldVersion);
    if (const Fault* fault = coding_fault(headers)) return refuse(*fault);
    return StatedLength{.chunked = true, .length = {}};
  }
  if (fields.content_length.lines == 0) return StatedLength{};
  if (fields.content_length.lines > 1) return refuse(kManyLengths);
  const auto length = parse_content_length(fields.content_length.value);
  if (!length) return refuse(kBadLength);
  return StatedLength{.chunked = false, .length = length};
}

}  // namespace weir::http
