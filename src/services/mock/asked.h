// What a request asks the simulated model for, whatever its dialect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock/form.h"
#include "mock/refusal.h"
#include "wire/paths.h"

namespace weir::mock {

// A function that the model shall call.
struct OfferedTool {
  std::string name;
  nlohmann::json schema;  // of its arguments
};

// Of a form's fields only views are kept: the request's body must stay.
struct Asked {
  const wire::RelayedPath* path = nullptr;
  std::string model;
  // All text content, a piece a line: of messages, system prompts, inputs. Tools, files and images have none.
  std::string text;
  // Words of the text; where the input is given as tokens, their number.
  std::uint64_t input_tokens = 0;
  enum class Mode : std::uint8_t { whole, events } mode = Mode::whole;
  std::uint32_t choices = 1;
  std::optional<std::uint32_t> most_tokens = {};
  std::optional<OfferedTool> tool = {};
  // The answer shall be JSON that fits this.
  std::optional<nlohmann::json> answer_schema = {};
  nlohmann::json body;  // the whole request, if it is JSON
  std::vector<FormField> form;
  // Why the provider does not answer: no JSON, no model, no messages. Then the model is known at most.
  std::optional<Refusal> refusal = {};
};

Asked read_asked(const wire::RelayedPath& path, std::string_view body, std::string_view content_type);

// A field of an object as text; empty if it is not there or no text.
std::string text_field(const nlohmann::json& object, const char* name);

}  // namespace weir::mock
