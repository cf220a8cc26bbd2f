// What a provider says when it does not answer: OpenAI's and Anthropic's own error bodies, not weir's.
#pragma once

#include <string>
#include <string_view>

#include "model/dialect.h"
#include "wire/paths.h"

namespace weir::mock {

struct Refusal {
  int status = 400;
  std::string message;
  std::string parameter = {};  // the request's field that is wrong, if it is one
};

// OpenAI:    {"error":{"message","type","param","code"}}
// Anthropic: {"type":"error","error":{"type","message"},"request_id"}
std::string error_body(Dialect dialect, const Refusal& refusal, std::string_view request_id);

// The same among the events of a stream of `path`; Responses has it flat
// (platform.openai.com/docs/api-reference).
std::string error_event(const wire::RelayedPath& path, const Refusal& refusal, std::string_view request_id);

// What a status that the script asks for says for itself.
Refusal scripted_refusal(int status);

}  // namespace weir::mock
