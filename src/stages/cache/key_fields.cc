#include "cache/key_fields.h"

#include <algorithm>
#include <array>

namespace weir::cache {
namespace {

using enum KeyField::Part;

// ---- What several paths have
// --------------------------------------------------------------------------------

constexpr KeyField kModel{"model", apart, "By the name that was called."};
constexpr KeyField kCache{"cache", out, "Tells weir how to cache; no provider sees it."};
constexpr KeyField kStream{"stream", out,
                           "The answer is the same whole and in events, and is kept for both."};
constexpr KeyField kStreamOptions{
    "stream_options", out,
    "Asks for the usage at a stream's end, which weir adds or leaves out itself, and for padding."};
constexpr KeyField kUser{"user", out, "Names who asks, against abuse; the model does not see it."};
constexpr KeyField kSafety{"safety_identifier", out,
                           "Names who asks, against abuse; the model does not see it."};
constexpr KeyField kPromptCacheKey{
    "prompt_cache_key", out, "Steers the provider's own prompt cache: price and speed, not the answer."};
constexpr KeyField kPromptCacheRetention{
    "prompt_cache_retention", out,
    "Steers the provider's own prompt cache: price and speed, not the answer."};
constexpr KeyField kServiceTier{
    "service_tier", in,
    "Decides how soon an answer comes and what it costs; a call that pays for speed waits for no slow one."};
constexpr KeyField kStore{
    "store", in, "Whether the answer can be asked for again by its id; one that was not stored can't."};
constexpr KeyField kTemperature{"temperature", in, "Shapes the answer."};
constexpr KeyField kTopP{"top_p", in, "Shapes the answer."};
constexpr KeyField kTools{"tools", in, "What the model may call."};
constexpr KeyField kToolChoice{"tool_choice", in, "What the model may call."};
constexpr KeyField kParallelToolCalls{"parallel_tool_calls", in, "What the model may call."};

// ---- OpenAI: platform.openai.com/docs/api-reference
// ---------------------------------------------------------

constexpr std::array kChat{
    kModel,
    KeyField{"messages", in, "What is asked."},
    KeyField{"audio", in, "The voice and format of an answer in sound."},
    KeyField{"frequency_penalty", in, "Shapes the answer."},
    KeyField{"function_call", in, "What the model may call."},
    KeyField{"functions", in, "What the model may call."},
    KeyField{"logit_bias", in, "Shapes the answer."},
    KeyField{"logprobs", in, "The answer has more parts."},
    KeyField{"max_completion_tokens", in, "Cuts the answer."},
    KeyField{"max_tokens", in, "Cuts the answer."},
    KeyField{"metadata", out, "Labels a stored answer for searching; the model does not see it."},
    KeyField{"modalities", in, "Text or sound."},
    KeyField{"n", in, "How many answers there are."},
    kParallelToolCalls,
    KeyField{"prediction", in, "The answer's usage counts what of it came true."},
    KeyField{"presence_penalty", in, "Shapes the answer."},
    kPromptCacheKey,
    kPromptCacheRetention,
    KeyField{"reasoning_effort", in, "Shapes the answer."},
    KeyField{"response_format", in, "Shapes the answer."},
    kSafety,
    KeyField{"seed", in, "Another seed asks for another answer."},
    kServiceTier,
    KeyField{"stop", in, "Cuts the answer."},
    kStore,
    kStream,
    kStreamOptions,
    kTemperature,
    kToolChoice,
    kTools,
    KeyField{"top_logprobs", in, "The answer has more parts."},
    kTopP,
    kUser,
    KeyField{"verbosity", in, "Shapes the answer."},
    KeyField{"web_search_options", in, "Where the model may look."},
    kCache,
};

constexpr std::array kResponses{
    kModel,
    KeyField{"input", in, "What is asked."},
    KeyField{"instructions", in, "What is asked."},
    KeyField{"background", in, "The answer is a promise of one; with `true` it is not kept."},
    KeyField{"context_management", in, "What of a long conversation the model sees."},
    KeyField{"conversation", in, "What is asked; such a call is not kept, since conversations grow."},
    KeyField{"include", in, "The answer has more parts."},
    KeyField{"max_output_tokens", in, "Cuts the answer."},
    KeyField{"max_tool_calls", in, "What the model may call."},
    KeyField{"metadata", in, "The answer repeats it, and programs read it there."},
    kParallelToolCalls,
    KeyField{"previous_response_id", in, "What is asked; an answer that was given never changes."},
    KeyField{"prompt", in, "What is asked; without its version such a call is not kept."},
    kPromptCacheKey,
    kPromptCacheRetention,
    KeyField{"reasoning", in, "Shapes the answer."},
    kSafety,
    kServiceTier,
    kStore,
    kStream,
    kStreamOptions,
    kTemperature,
    KeyField{"text", in, "Shapes the answer."},
    kToolChoice,
    kTools,
    KeyField{"top_logprobs", in, "The answer has more parts."},
    kTopP,
    KeyField{"truncation", in, "What of a long conversation the model sees."},
    kUser,
    kCache,
};

constexpr std::array kEmbeddings{
    kModel,
    KeyField{"input", in, "What is asked."},
    KeyField{"dimensions", in, "The length of a vector."},
    KeyField{"encoding_format", in, "How the numbers are written."},
    kUser,
    kCache,
};

constexpr std::array kCompletions{
    kModel,
    KeyField{"prompt", in, "What is asked."},
    KeyField{"best_of", in, "How many answers there are to choose from."},
    KeyField{"echo", in, "The answer has more parts."},
    KeyField{"frequency_penalty", in, "Shapes the answer."},
    KeyField{"logit_bias", in, "Shapes the answer."},
    KeyField{"logprobs", in, "The answer has more parts."},
    KeyField{"max_tokens", in, "Cuts the answer."},
    KeyField{"n", in, "How many answers there are."},
    KeyField{"presence_penalty", in, "Shapes the answer."},
    KeyField{"seed", in, "Another seed asks for another answer."},
    KeyField{"stop", in, "Cuts the answer."},
    kStream,
    kStreamOptions,
    KeyField{"suffix", in, "What is asked."},
    kTemperature,
    kTopP,
    kUser,
    kCache,
};

constexpr std::array kModerations{
    kModel,
    KeyField{"input", in, "What is asked."},
    kCache,
};

constexpr std::array kImages{
    kModel,
    KeyField{"prompt", in, "What is asked."},
    KeyField{"n", in, "How many answers there are."},
    KeyField{"size", in, "Shapes the answer."},
    KeyField{"quality", in, "Shapes the answer."},
    KeyField{"stream", in, "Events bring pictures that a whole answer doesn't have."},
    KeyField{"partial_images", in, "How many pictures come before the last."},
    kUser,
    kCache,
};

constexpr std::array kSpeech{
    kModel,
    KeyField{"input", in, "What is asked."},
    KeyField{"instructions", in, "Shapes the answer."},
    KeyField{"response_format", in, "Shapes the answer."},
    KeyField{"speed", in, "Shapes the answer."},
    KeyField{"stream_format", in, "Events and sound are different bytes."},
    KeyField{"voice", in, "Shapes the answer."},
    kCache,
};

// ---- Anthropic: docs.anthropic.com/en/api/messages
// ----------------------------------------------------------

constexpr std::array kMessages{
    kModel,
    KeyField{"messages", in, "What is asked."},
    KeyField{"system", in, "What is asked."},
    KeyField{"cache_control", in, "The answer's usage counts what the provider's own prompt cache held."},
    KeyField{"container", in, "What the tools see; such a call is not kept, since containers change."},
    KeyField{"context_management", in, "What of a long conversation the model sees."},
    KeyField{"max_tokens", in, "Cuts the answer."},
    KeyField{"mcp_servers", in, "What the model may call, and in whose name."},
    KeyField{"metadata", in, "Unknown labels might matter."},
    KeyField{"metadata.user_id", out, "Names who asks, against abuse; the model does not see it."},
    KeyField{"output_config", in, "Shapes the answer."},
    kServiceTier,
    KeyField{"stop_sequences", in, "Cuts the answer."},
    kStream,
    kTemperature,
    KeyField{"thinking", in, "Shapes the answer."},
    kToolChoice,
    kTools,
    KeyField{"top_k", in, "Shapes the answer."},
    kTopP,
    kCache,
};

constexpr std::array kHeaders{
    KeyHeader{"openai-beta", Dialect::openai, in, "Turns features on that change the answer."},
    KeyHeader{"anthropic-version", Dialect::anthropic, in, "The answer's format."},
    KeyHeader{"anthropic-beta", Dialect::anthropic, in, "Turns features on that change the answer."},
    KeyHeader{"content-type", Dialect::openai, out, "The body is JSON, whatever it says."},
    KeyHeader{"accept", Dialect::openai, out, "The body's `stream` decides the answer's type."},
    KeyHeader{"user-agent", Dialect::openai, out, "Names the program that asks."},
    KeyHeader{"content-type", Dialect::anthropic, out, "The body is JSON, whatever it says."},
    KeyHeader{"accept", Dialect::anthropic, out, "The body's `stream` decides the answer's type."},
    KeyHeader{"user-agent", Dialect::anthropic, out, "Names the program that asks."},
};

struct PathFields {
  std::string_view path;
  std::span<const KeyField> fields;
};

constexpr std::array kPaths{
    PathFields{"/v1/chat/completions", kChat},
    PathFields{"/v1/responses", kResponses},
    PathFields{"/v1/responses/compact", kResponses},
    PathFields{"/v1/responses/input_tokens", kResponses},
    PathFields{"/v1/embeddings", kEmbeddings},
    PathFields{"/v1/completions", kCompletions},
    PathFields{"/v1/moderations", kModerations},
    PathFields{"/v1/images/generations", kImages},
    PathFields{"/v1/audio/speech", kSpeech},
    PathFields{"/v1/messages", kMessages},
    PathFields{"/v1/messages/count_tokens", kMessages},
};

}  // namespace

std::span<const KeyField> key_fields(const wire::RelayedPath& path) {
  const auto* found = std::ranges::find(kPaths, path.path, &PathFields::path);
  return found == kPaths.end() ? std::span<const KeyField>() : found->fields;
}

bool is_in_form(std::span<const KeyField> fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &KeyField::name);
  return found == fields.end() || found->part == in;
}

std::string_view left_out_of(std::span<const KeyField> fields, std::string_view name) {
  for (const auto& field : fields) {
    if (field.part != out || field.name.size() <= name.size() || field.name[name.size()] != '.') continue;
    if (field.name.starts_with(name)) return field.name.substr(name.size() + 1);
  }
  return {};
}

std::span<const KeyHeader> key_headers() { return kHeaders; }

}  // namespace weir::cache
