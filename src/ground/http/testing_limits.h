// What a server's connections may ask in this room's tests.
#pragma once

#include "http/server_connection.h"

namespace weir::http {

inline constexpr ServerLimits kLimits{.head = {},
                                      .body = 1_MiB,
                                      .head_timeout = std::chrono::seconds(10),
                                      .body_timeout = std::chrono::seconds(60),
                                      .idle_timeout = std::chrono::seconds(75)};

}  // namespace weir::http
