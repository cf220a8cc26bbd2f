// What a provider's error says of itself, in whichever of the shapes that providers use.
#pragma once

#include <string>
#include <string_view>

namespace weir::wire {

// What it doesn't say is empty.
struct ProviderError {
  std::string type;
  std::string code;
  std::string message;  // in the provider's words, for people
};

// `json` is an error's body, or the data of a stream's event:
//   OpenAI      {"error":{"message","type","code"}}; in a stream of Responses
//   {"type":"error","code","message"} Anthropic   {"type":"error","error":{"type","message"}} others
//   {"error":"words"}
// All is empty where it is none of these.
ProviderError read_error(std::string_view json);

}  // namespace weir::wire
