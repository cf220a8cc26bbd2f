// The head of a response, as a client reads it (RFC 9112 2 to 6). As strict about framing as the request
// side: a response that two readers could cut differently is refused.
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

// All views point into the parsed bytes.
struct ResponseHead {
  int status = 0;  // 100 to 599
  Version version = Version::http_1_1;
  Headers headers;
  BodyFraming body;
  bool keep_alive = true;  // whether the connection may be used again once the body is read
};

// The size of the head at the start of `bytes`, 0 when more bytes are needed; see parse_request_head.
// `request_method` is that of the request this answers (HEAD has no body whatever the head says). Interim
// answers (1xx) are returned as heads without a body; the final one follows. Every Rejection has status 502.
std::expected<std::size_t, Rejection> parse_response_head(std::string_view bytes, const HeadLimits& limits,
                                                          std::string_view request_method,
                                                          ResponseHead& head);

}  // namespace weir::http
