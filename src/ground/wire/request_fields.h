// The few fields of a request that weir reads. Everything else passes through untouched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/padded.h"
#include "model/failure.h"
#include "wire/paths.h"

namespace weir::wire {

// Bytes of a body: `size` of them from `begin` on. Size 0: none.
struct Span {
  std::size_t begin = 0;
  std::size_t size = 0;

  std::string_view of(std::string_view body) const { return body.substr(begin, size); }
  bool operator==(const Span&) const = default;
};

// What stands at `place` (which may be empty: a place between two bytes) is to become `text`, a constant.
struct Splice {
  Span place;
  std::string_view text;
};

// The fields are read in one pass that knows no path: a field means what it means in the dialect that has it.
struct RequestFields {
  std::string model = {};
  // The model's value in the body, as it stands there (in JSON with its quotes), so that another may be put
  // in its place.
  std::size_t model_begin = 0;
  std::size_t model_size = 0;
  enum class Mode : std::uint8_t { whole, events } mode = Mode::whole;

  // `temperature` is there, a number, and 0.
  bool temperature_zero = false;
  // Tools run at the provider, which looks at a world that changes: OpenAI's tools of a type other than
  // `function` and `custom`, `web_search_options`; Anthropic's of a type other than `custom`, `mcp_servers`;
  // `search_parameters` (xAI), `plugins` (OpenRouter), `data_sources` (Azure).
  bool provider_tools = false;
  // The answer depends on something at the provider that changes between calls: OpenAI's `conversation`,
  // `background: true`, a stored `prompt` without its version; Anthropic's `container`.
  bool changing_state = false;
  // `stream_options`, `tools` or `background` has a type that no document knows. The provider will say so.
  bool unclear = false;
  // `stream_options.include_usage` is true: a stream ends with an event that tells the usage.
  bool asks_usage = false;
  // On a streamed request that doesn't ask for usage: the edit that makes it ask. Only for the paths that
  // know `stream_options` (/v1/chat/completions, /v1/completions). None where the request is unclear.
  std::optional<Splice> ask_usage = {};
  // LiteLLM's member `cache`, an instruction to weir: its value, and what is to be cut out so that valid JSON
  // without it stays: the member with one comma. The cut never overlaps the model or `ask_usage`.
  Span cache = {};
  Span cache_member = {};
};

// A document may be nested this deep. Beyond it a request is refused before a provider sees it.
inline constexpr int kDeepest = 512;

// Fails with malformed_request and a sentence that names the field: no JSON, not an object, nested too deep,
// a field that is missing, of another type, or there twice (a provider might read the other one): `model`,
// `stream`, `stream_options` and its `include_usage`, `temperature`, `tools`, `cache`.
Result<RequestFields> read_json_fields(PaddedView body);

// The same from a form (RFC 7578); `content_type` has the boundary. Only the model and the mode are read.
Result<RequestFields> read_multipart_fields(std::string_view body, std::string_view content_type);

}  // namespace weir::wire
