// The few fields of a request that weir reads. Everything else passes through untouched.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/padded.h"
#include "model/failure.h"
#include "wire/paths.h"

namespace weir::wire {

struct RequestFields {
  std::string model;
  // The model's value in the body, as it stands there (in JSON with its quotes), so that another may be put
  // in its place.
  std::size_t model_begin = 0;
  std::size_t model_size = 0;
  enum class Mode : std::uint8_t { whole, events } mode = Mode::whole;
};

// A document may be nested this deep. Beyond it a request is refused before a provider sees it.
inline constexpr int kDeepest = 512;

// Fails with malformed_request and a sentence that names the field: no JSON, not an object, nested too deep,
// a field that is missing, of another type, or there twice (a provider might read the other one).
Result<RequestFields> read_json_fields(PaddedView body);

// The same from a form (RFC 7578); `content_type` has the boundary.
Result<RequestFields> read_multipart_fields(std::string_view body, std::string_view content_type);

// Whether `body` is one whole JSON document. Used on answers.
bool is_json(PaddedView body);

}  // namespace weir::wire
