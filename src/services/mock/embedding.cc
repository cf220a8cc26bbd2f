// Embeddings: platform.openai.com/docs/api-reference/embeddings
#include <bit>
#include <cmath>

#include "mock/answers.h"
#include "mock/asked_text.h"
#include "mock/base64.h"
#include "mock/digest.h"

namespace weir::mock {
namespace {

using nlohmann::json;

constexpr std::uint64_t kUsualDimensions = 1536;
constexpr std::uint64_t kMostDimensions = 4096;
constexpr std::size_t kMostInputs = 2048;

// A vector of length 1 that depends on the text alone.
std::vector<float> vector_of(std::uint64_t text_digest, std::size_t dimensions) {
  std::vector<float> vector(dimensions);
  double squares = 0;
  for (std::size_t i = 0; i < dimensions; ++i) {
    double value = 2 * unit_from(mix(text_digest + i)) - 1;
    vector[i] = static_cast<float>(value);
    squares += value * value;
  }
  for (float& value : vector) value = static_cast<float>(value / std::sqrt(squares));
  return vector;
}

// Little-endian floats, as numpy.frombuffer reads them.
std::string packed(const std::vector<float>& vector) {
  std::string bytes;
  for (float value : vector) {
    auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(bits >> shift);
  }
  return base64(bytes);
}

void append_numbers(std::string& out, const std::vector<float>& vector) {
  out += '[';
  for (std::size_t i = 0; i < vector.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "{}{}", i > 0 ? "," : "", vector[i]);
  }
  out += ']';
}

// A text or a list of tokens is one input; a list of either is many.
std::vector<const json*> inputs_of(const json& input) {
  std::vector<const json*> inputs;
  bool is_many = input.is_array() && !input.empty() && !input.front().is_number();
  if (!is_many) return {&input};
  for (const auto& item : input) inputs.push_back(&item);
  return inputs;
}

Refusal wrong(std::string_view what, std::string parameter) {
  return {400, fmt::format("Invalid '{}': {}", parameter, what), std::move(parameter)};
}

}  // namespace

Answer answer_embedding(const Question& question) {
  const auto& body = question.asked.body;
  auto wanted = body.value("dimensions", json());
  std::uint64_t dimensions = wanted.is_number_unsigned() ? wanted.get<std::uint64_t>() : kUsualDimensions;
  if (dimensions == 0 || dimensions > kMostDimensions) {
    return refused(Dialect::openai, wrong("must be from 1 to 4096.", "dimensions"), {});
  }
  auto inputs = inputs_of(body["input"]);
  if (inputs.size() > kMostInputs)
    return refused(Dialect::openai, wrong("at most 2048 inputs.", "input"), {});

  bool as_base64 = text_field(body, "encoding_format") == "base64";
  Answer answer;
  answer.input_tokens = question.asked.input_tokens;
  answer.body = R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    CollectedText text;
    text.add(*inputs[i]);
    auto vector = vector_of(digest(0, text.text), dimensions);
    fmt::format_to(std::back_inserter(answer.body), R"({}{{"object":"embedding","index":{},"embedding":)",
                   i > 0 ? "," : "", i);
    if (as_base64) {
      answer.body.append("\"").append(packed(vector)).append("\"");
    } else {
      append_numbers(answer.body, vector);
    }
    answer.body += '}';
  }
  answer.body += "],";
  nlohmann::ordered_json rest{
      {"model", question.asked.model},
      {"usage", {{"prompt_tokens", answer.input_tokens}, {"total_tokens", answer.input_tokens}}}};
  answer.body += std::string_view(to_text(rest)).substr(1);
  return answer;
}

}  // namespace weir::mock
