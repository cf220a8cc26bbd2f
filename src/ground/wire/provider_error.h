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

// `json` is an error's body, or the data of a stream's event. All is empty where it is none of these:
//
//   {"error":{"message","type","code"}}                                   OpenAI
//   {"type":"error","code","message"}                                     its Responses, in a stream
//   {"type":"response.failed","response":{"error":{"code","message"}}}    likewise
//   {"type":"error","error":{"type","message"}}                           Anthropic
//   {"error":"words"}                                                     others
ProviderError read_error(std::string_view json);

}  // namespace weir::wire
