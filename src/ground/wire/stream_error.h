// A stream that is over before it has begun: providers answer 200 and then say in the first event that they
// are overloaded.
#pragma once

#include <string_view>

namespace weir::wire {

// The data of the first of `events`, where that is an error: OpenAI's `data: {"error":…}`, Anthropic's
// `event: error`, and a response that has failed. Empty where it is none.
std::string_view error_at_beginning(std::string_view events);

}  // namespace weir::wire
