// The header lines that providers put on their answers.
#pragma once

#include "http/header_lines.h"
#include "mock/answer.h"
#include "mock/rules.h"

namespace weir::mock {

// Content type, request id (`x-request-id` or `request-id`), quotas, and what is said of the organisation.
http::HeaderLines provider_lines(Dialect dialect, const Answer& answer, const Behaviour& behaviour,
                                 std::string_view request_id);

}  // namespace weir::mock
