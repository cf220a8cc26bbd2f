#include "http/request_head.h"

#include "base/try.h"
#include "http/authority.h"
#include "http/head_parser.h"

namespace weir::http {
namespace {

constexpr std::size_t kMostEmptyLines = 2;

constexpr Fault kTooManyEmptyLines{400, "There are too many empty lines before the request."};
constexpr Fault kBadMethod{400, "The request must begin with a method followed by one space."};
constexpr Fault kConnect{501, "This server does not open tunnels: CONNECT is not supported."};
constexpr Fault kLineTooLong{414, "The request line is longer than this server allows."};
constexpr Fault kBadTarget{400, "The request's target holds a character that must be percent-encoded."};
constexpr Fault kBadEscape{400, "A percent sign in the request's target must be followed by two hex digits."};
constexpr Fault kFragment{400, "The request's target must not have a fragment."};
constexpr Fault kNoVersion{
    400, "The request line must be a method, a target and a version, one space between them."};
constexpr Fault kBadForm{400, "The request's target must be a path that begins with / or an http(s) URL."};
constexpr Fault kBadTargetHost{400, "The host in the request's target is not valid."};
constexpr Fault kAsterisk{400, "The target * is for OPTIONS only."};
constexpr Fault kNoHost{400, "A request in HTTP/1.1 needs a Host header."};
constexpr Fault kManyHosts{400, "The Host header must be given once."};
constexpr Fault kBadHost{400, "The Host header must be a host name or address with an optional port."};
constexpr Fault kExpectation{417, "The only expectation that this server knows is 100-continue."};

Read<void> skip_empty_lines(Cursor& cursor) {
  for (std::size_t lines = 0; !cursor.empty() && *cursor.at == '\r'; ++lines) {
    if (lines == kMostEmptyLines) return refuse(kTooManyEmptyLines);
    TRY(read_line_end(cursor));
  }
  return {};
}

Read<std::string_view> read_method(Cursor& cursor) {
  const char* begin = cursor.at;
  while (!cursor.empty() && is(kToken, *cursor.at)) ++cursor.at;
  if (cursor.empty()) return need_more();
  const std::string_view method = cursor.since(begin);
  if (method.empty() || *cursor.at != ' ') return refuse(kBadMethod);
  ++cursor.at;
  if (method == "CONNECT") return refuse(kConnect);
  return method;
}

const Fault& fault_of_target_end(char c) {
  if (c == '#') return kFragment;
  if (c == '\r' || c == '\n') return kNoVersion;
  return kBadTarget;
}

// Bytes of a URI up to the space after them; their form is looked at later.
Read<std::string_view> read_target(Cursor& cursor) {
  const char* begin = cursor.at;
  for (; !cursor.empty() && is(kTarget, *cursor.at); ++cursor.at) {
    if (*cursor.at != '%') continue;
    for (int i = 1; i <= 2; ++i) {
      if (cursor.end - cursor.at <= i) return need_more();
      if (!is(kHexDigit, cursor.at[i])) return refuse(kBadEscape);
    }
  }
  if (cursor.empty()) return need_more();
  const std::string_view target = cursor.since(begin);
  if (*cursor.at != ' ') return refuse(fault_of_target_end(*cursor.at));
  if (target.empty()) return refuse(kNoVersion);
  ++cursor.at;
  return target;
}

// Cuts "scheme://authority" off the front of an absolute target and leaves path and query.
Read<std::string_view> take_authority(std::string_view& target) {
  constexpr std::string_view kSeparator = "://";
  const std::size_t colon = target.find(kSeparator);
  if (colon == std::string_view::npos) return refuse(kBadForm);
  const std::string_view scheme = target.substr(0, colon);
  if (!same_ignoring_case(scheme, "http") && !same_ignoring_case(scheme, "https")) return refuse(kBadForm);
  target.remove_prefix(colon + kSeparator.size());
  const std::string_view authority = target.substr(0, target.find_first_of("/?"));
  if (!parse_authority(authority)) return refuse(kBadTargetHost);
  target.remove_prefix(authority.size());
  return authority;
}

// The forms of RFC 9112 3.2 but for CONNECT's. An absolute target names the host.
Read<void> split_target(RequestHead& head) {
  std::string_view rest = head.target;
  head.host = {};
  if (rest != "*" && !rest.starts_with('/')) head.host = TRY(take_authority(rest));
  const std::size_t mark = rest.find('?');
  head.path = rest.substr(0, mark);
  head.query = mark == std::string_view::npos ? std::string_view{} : rest.substr(mark + 1);
  if (head.path.empty()) head.path = "/";
  if (head.path == "*" && head.method != "OPTIONS") return refuse(kAsterisk);
  return {};
}

Read<void> read_request_line(Cursor& cursor, RequestHead& head) {
  TRY(skip_empty_lines(cursor));
  head.method = TRY(read_method(cursor));
  head.target = TRY(read_target(cursor));
  head.version = TRY(read_version(cursor));
  TRY(read_line_end(cursor));
  return split_target(head);
}

// RFC 9112 3.2: one valid Host even where an absolute target overrides it.
Read<void> decide_host(const ControlFields& fields, RequestHead& head) {
  if (fields.host.lines == 0 && head.version == Version::http_1_1) return refuse(kNoHost);
  if (fields.host.lines > 1) return refuse(kManyHosts);
  if (fields.host.lines == 1 && !parse_authority(fields.host.value)) return refuse(kBadHost);
  if (head.host.empty()) head.host = fields.host.value;
  return {};
}

Read<void> read_fields(Cursor& cursor, std::size_t most, RequestHead& head) {
  TRY(read_headers(cursor, most, head.headers));
  const ControlFields fields = control_fields(head.headers);
  TRY(decide_host(fields, head));

  const StatedLength stated = TRY(stated_length(fields, head.headers, head.version));
  head.body = {};
  if (stated.chunked) head.body.kind = BodyFraming::Kind::chunked;
  if (stated.length.value_or(0) > 0) head.body = {BodyFraming::Kind::length, *stated.length};

  head.keep_alive = stays_open(fields, head.version);
  head.expects_continue = false;
  if (fields.expect.lines > 0) {
    if (!same_ignoring_case(fields.expect.value, "100-continue")) return refuse(kExpectation);
    // RFC 9110 10.1.1: nothing to wait for without a body, and HTTP/1.0 does not know it.
    head.expects_continue = head.version == Version::http_1_1 && head.body.kind != BodyFraming::Kind::none;
  }
  return {};
}

}  // namespace

std::expected<std::size_t, Rejection> parse_request_head(std::string_view bytes, const HeadLimits& limits,
                                                         RequestHead& head) {
  const std::string_view window = bytes.substr(0, limits.head.count);
  Cursor cursor{window.data(), window.data() + window.size()};
  const Fault* too_large = &kLineTooLong;
  Read<void> read = read_request_line(cursor, head);
  if (read) {
    too_large = &kHeadTooLarge;
    read = read_fields(cursor, limits.headers, head);
  }
  if (read) return cursor.since(window.data()).size();

  const Fault* fault = read.error().fault;
  if (fault == nullptr && window.size() == limits.head.count) fault = too_large;
  if (fault == nullptr) return 0;
  return std::unexpected(Rejection{fault->status, fault->reason});
}

}  // namespace weir::http
