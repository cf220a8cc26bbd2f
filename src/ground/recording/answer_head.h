// What a caller gets in front of an answer's bytes.
#pragma once

#include <cstdint>

#include "http/header_lines.h"

namespace weir::recording {

struct AnswerHead {
  enum class Form : std::uint8_t {
    whole,   // one document, handed on when it is whole
    events,  // server-sent events, handed on as they come
    bytes,   // anything else, handed on as it comes
  };
  int status = 200;
  Form form = Form::whole;
  http::HeaderLines lines =
      {};  // of the provider's head what callers may see, and what weir says of the call
};

}  // namespace weir::recording
