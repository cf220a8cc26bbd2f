// The head of a request, strictly parsed (RFC 9112 2 to 6).
//
//   RequestHead head;                                    // reused from request to request
//   auto size = TRY(parse_request_head(bytes, {}, head));
//   if (size == 0) ...                                   // read more, try again with the longer bytes
//   body = bytes.substr(size);
//
// Where the RFCs let a server be lenient this parser is not, because a lenient server in front of another one
// is how requests get smuggled: lines end in CRLF only, a length and chunks exclude each other, every
// HTTP/1.1 request has one valid Host. Each choice has a row in verdicts.tsv or a test.
#pragma once

#include <cstddef>
#include <expected>
#include <string_view>

#include "http/body_framing.h"
#include "http/head_limits.h"
#include "http/headers.h"
#include "http/rejection.h"
#include "http/version.h"

namespace weir::http {

// All views point into the parsed bytes or to constants.
struct RequestHead {
  std::string_view method;  // a token, case as it came
  std::string_view target;  // as it came: "/path?query", "http://host/path?query" or "*"
  std::string_view path;    // starts with '/', or is "*"; percent-encoding untouched
  std::string_view query;   // without '?'
  std::string_view host;  // with its port; of the target where that names one (RFC 9112 3.2.2), else of Host;
                          // empty only in HTTP/1.0
  Version version = Version::http_1_1;
  Headers headers;
  BodyFraming body;               // never until_close
  bool keep_alive = true;         // whether the connection may carry another request after this one
  bool expects_continue = false;  // the client waits for "100 Continue" before it sends the body
};

// The size of the head at the start of `bytes`, with up to two empty lines before it (RFC 9112 2.2) and the
// empty line after it; 0 when more bytes are needed, and then `head` is unspecified. Rejects as soon as no
// further bytes could help, and gives for every longer input the same answer. Statuses: 400 malformed, 414
// request line over limits.head, 417 unknown expectation, 431 head over its limits, 501 CONNECT or a transfer
// coding other than chunked, 505 not HTTP/1.0 or 1.1. Allocates only when `head.headers` grows beyond what it
// held before.
//
// One call costs a pass over `bytes`. Who gets bytes in small pieces asks a HeadScanner when to call.
std::expected<std::size_t, Rejection> parse_request_head(std::string_view bytes, const HeadLimits& limits,
                                                         RequestHead& head);

}  // namespace weir::http
