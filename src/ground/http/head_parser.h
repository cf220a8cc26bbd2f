// What the heads of requests and responses have in common. For request_head.cc and response_head.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "http/characters.h"
#include "http/head_limits.h"
#include "http/headers.h"
#include "http/rejection.h"
#include "http/version.h"

namespace weir::http {

// Something wrong with a message; the status is what a server answers.
struct Fault {
  int status;
  const char* reason;
};

// Why parsing stopped before the end: a fault, or none when more bytes are needed.
struct Stop {
  const Fault* fault = nullptr;
};

template <class T>
using Read = std::expected<T, Stop>;

inline std::unexpected<Stop> need_more() { return std::unexpected(Stop{}); }
inline std::unexpected<Stop> refuse(const Fault& fault) { return std::unexpected(Stop{&fault}); }

inline constexpr Fault kHeadTooLarge{431, "The head of the message is larger than this server allows."};

// Where parsing stands.
struct Cursor {
  const char* at;
  const char* end;

  bool empty() const { return at == end; }
  std::string_view since(const char* begin) const { return {begin, static_cast<std::size_t>(at - begin)}; }
};

// "HTTP/1.1" or "HTTP/1.0".
Read<Version> read_version(Cursor& cursor);

// "\r\n", nothing else ends a line (RFC 9112 2.2 allows a bare LF, and smuggling lives off it).
Read<void> read_line_end(Cursor& cursor);

// Bytes that a field value or a reason phrase may hold, up to the CR after them. White space at both ends is
// cut.
Read<std::string_view> read_text(Cursor& cursor);

// Field lines up to and with the empty line that ends them.
Read<void> read_headers(Cursor& cursor, std::size_t most, Headers& headers);

// The fields that decide where a message ends and what happens to the connection.
struct ControlFields {
  struct Field {
    std::size_t lines = 0;
    std::string_view value;  // of the last line
  };
  Field host;
  Field content_length;
  Field transfer_encoding;
  Field expect;
  bool close = false;  // what Connection says
  bool keep_alive = false;
};
ControlFields control_fields(const Headers& headers);

// RFC 9110 8.6: digits only. Up to 2^63 - 1, so that sums of it with a buffer's size can't overflow.
std::optional<std::uint64_t> parse_content_length(std::string_view value);

// What Content-Length and Transfer-Encoding say together, or why they contradict.
struct StatedLength {
  bool chunked = false;
  std::optional<std::uint64_t> length;
};
Read<StatedLength> stated_length(const ControlFields& fields, const Headers& headers, Version version);

inline bool stays_open(const ControlFields& fields, Version version) {
  return !fields.close && (version == Version::http_1_1 || fields.keep_alive);
}

}  // namespace weir::http
