// A failure as the caller's own SDK expects to read it: as an answer, or as the last event of a stream.
#pragma once

#include <string>
#include <string_view>

#include "model/dialect.h"
#include "model/failure.h"

namespace weir::wire {

// OpenAI:    {"error":{"message","type","param","code","request_id"}}
// Anthropic: {"type":"error","error":{"type","message","code"},"request_id"}
std::string error_body(Dialect dialect, const Failure& failure, std::string_view request_id);

// The same as a server-sent event, with which a stream ends. `path` matters to OpenAI's Responses, whose
// events have a type and a number. The official SDKs raise it as an error.
std::string error_event(Dialect dialect, std::string_view path, const Failure& failure,
                        std::string_view request_id);

// Keeps a silent stream alive: an event that every SDK of the dialect passes over.
std::string_view ping_event(Dialect dialect);

// A caller's or provider's own word inside a sentence of ours: at most 100 characters, nothing unprintable.
std::string in_quotes(std::string_view word);

}  // namespace weir::wire
