#include "wire/paths.h"

#include <algorithm>
#include <array>

namespace weir::wire {
namespace {

using Body = RelayedPath::Body;
using Answer = RelayedPath::Answer;

constexpr std::array kPaths{
    RelayedPath{"/v1/chat/completions", Dialect::openai, Body::json, Answer::json_or_events, "chat"},
    RelayedPath{"/v1/responses", Dialect::openai, Body::json, Answer::json_or_events, "chat"},
    RelayedPath{"/v1/responses/compact", Dialect::openai, Body::json, Answer::json, "compact"},
    RelayedPath{"/v1/responses/input_tokens", Dialect::openai, Body::json, Answer::json, "count_tokens"},
    RelayedPath{"/v1/embeddings", Dialect::openai, Body::json, Answer::json, "embeddings"},
    RelayedPath{"/v1/completions", Dialect::openai, Body::json, Answer::json_or_events, "text_completion"},
    RelayedPath{"/v1/moderations", Dialect::openai, Body::json, Answer::json, "moderation"},
    RelayedPath{"/v1/images/generations", Dialect::openai, Body::json, Answer::json_or_events,
                "image_generation"},
    RelayedPath{"/v1/audio/speech", Dialect::openai, Body::json, Answer::bytes, "speech"},
    RelayedPath{"/v1/audio/transcriptions", Dialect::openai, Body::multipart, Answer::bytes, "transcription"},
    RelayedPath{"/v1/audio/translations", Dialect::openai, Body::multipart, Answer::bytes, "translation"},
    RelayedPath{"/v1/messages", Dialect::anthropic, Body::json, Answer::json_or_events, "chat"},
    RelayedPath{"/v1/messages/count_tokens", Dialect::anthropic, Body::json, Answer::json, "count_tokens"},
};

}  // namespace

std::span<const RelayedPath> relayed_paths() { return kPaths; }

const RelayedPath* find_relayed_path(std::string_view path) {
  const auto* found = std::ranges::find(kPaths, path, &RelayedPath::path);
  return found == kPaths.end() ? nullptr : &*found;
}

bool has_stream_options(const RelayedPath& path) {
  return path.path == "/v1/chat/completions" || path.path == "/v1/completions";
}

Dialect dialect_of_path(std::string_view path) {
  return path.starts_with("/v1/messages") ? Dialect::anthropic : Dialect::openai;
}

}  // namespace weir::wire
