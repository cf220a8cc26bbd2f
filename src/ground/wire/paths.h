// The paths that weir relays, declared once: whose dialect, what goes in, what comes out.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/dialect.h"

namespace weir::wire {

struct RelayedPath {
  enum class Body : std::uint8_t { json, multipart };
  enum class Answer : std::uint8_t {
    json,            // a JSON document
    json_or_events,  // the same, or server-sent events where the request says "stream": true
    bytes,           // anything: audio, subtitles, text
  };
  std::string_view path;  // as callers use it, with /v1
  Dialect dialect;
  Body body;
  Answer answer;
  std::string_view operation;  // as OpenTelemetry's gen_ai.operation.name has it
};

// In the order of the documents; sources: platform.openai.com/docs/api-reference, docs.anthropic.com/en/api.
std::span<const RelayedPath> relayed_paths();

// By exact path, without query; nullptr when weir doesn't relay it.
const RelayedPath* find_relayed_path(std::string_view path);

// Whether the path has `stream_options`, by which a stream is made to tell its usage in an event of its own.
bool has_stream_options(const RelayedPath& path);

// The dialect in which whoever asks for `path` expects an error: Anthropic's own paths, else OpenAI's.
Dialect dialect_of_path(std::string_view path);

}  // namespace weir::wire
