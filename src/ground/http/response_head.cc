#include "http/response_head.h"

#include "base/try.h"
#include "http/head_parser.h"

namespace weir::http {
namespace {

constexpr Fault kBadStatus{502, "The status line must be a version, a status of three digits and a phrase."};
constexpr Fault kUpgrade{502, "The server switched protocols, which nobody asked for."};
constexpr Fault kBodyWithoutBody{502, "An answer of this status must not announce a body."};

Read<int> read_status(Cursor& cursor) {
  if (cursor.empty()) return need_more();
  if (*cursor.at++ != ' ') return refuse(kBadStatus);
  int status = 0;
  for (int digit = 0; digit < 3; ++digit) {
    if (cursor.empty()) return need_more();
    const char c = *cursor.at++;
    if (!is(kDigit, c)) return refuse(kBadStatus);
    status = status * 10 + (c - '0');
  }
  if (status < 100 || status > 599) return refuse(kBadStatus);
  return status;
}

Read<void> read_status_line(Cursor& cursor, ResponseHead& head) {
  head.version = TRY(read_version(cursor));
  head.status = TRY(read_status(cursor));
  if (cursor.empty()) return need_more();
  // Many servers leave out the space where they have no phrase; nothing is ambiguous about it.
  if (*cursor.at != ' ' && *cursor.at != '\r') return refuse(kBadStatus);
  TRY(read_text(cursor));
  return read_line_end(cursor);
}

bool never_has_body(int status) { return status < 200 || status == 204; }

// RFC 9112 6.3, with a refusal wherever a laxer reader might cut elsewhere.
Read<BodyFraming> framing(const ControlFields& fields, std::string_view request_method,
                          const ResponseHead& head) {
  const StatedLength stated = TRY(stated_length(fields, head.headers, head.version));
  const bool announced = stated.chunked || stated.length.value_or(0) > 0;
  if (never_has_body(head.status) && announced) return refuse(kBodyWithoutBody);
  if (never_has_body(head.status) || head.status == 304 || request_method == "HEAD") return BodyFraming{};
  if (stated.chunked) return BodyFraming{BodyFraming::Kind::chunked, 0};
  if (!stated.length) return BodyFraming{BodyFraming::Kind::until_close, 0};
  if (*stated.length == 0) return BodyFraming{};
  return BodyFraming{BodyFraming::Kind::length, *stated.length};
}

Read<void> read_head(Cursor& cursor, std::size_t most, std::string_view request_method, ResponseHead& head) {
  TRY(read_status_line(cursor, head));
  TRY(read_headers(cursor, most, head.headers));
  if (head.status == 101) return refuse(kUpgrade);
  const ControlFields fields = control_fields(head.headers);
  head.body = TRY(framing(fields, request_method, head));
  head.keep_alive = stays_open(fields, head.version) && head.body.kind != BodyFraming::Kind::until_close;
  return {};
}

}  // namespace

std::expected<std::size_t, Rejection> parse_response_head(std::string_view bytes, const HeadLimits& limits,
                                                          std::string_view request_method,
                                                          ResponseHead& head) {
  const std::string_view window = bytes.substr(0, limits.head.count);
  Cursor cursor{window.data(), window.data() + window.size()};
  const Read<void> read = read_head(cursor, limits.headers, request_method, head);
  if (read) return cursor.since(window.data()).size();

  const Fault* fault = read.error().fault;
  if (fault == nullptr && window.size() == limits.head.count) fault = &kHeadTooLarge;
  if (fault == nullptr) return 0;
  return std::unexpected(Rejection{502, fault->reason});
}

}  // namespace weir::http
