// Images: platform.openai.com/docs/api-reference/images/create and images-streaming
#include "http/sse.h"
#include "mock/answers.h"
#include "mock/base64.h"
#include "mock/digest.h"
#include "mock/media.h"

namespace weir::mock {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kMostPartial = 3;

ordered_json usage(const Question& question) {
  std::uint64_t input = question.asked.input_tokens;
  return {{"input_tokens", input},
          {"input_tokens_details", {{"text_tokens", input}, {"image_tokens", 0}}},
          {"output_tokens", 0},
          {"total_tokens", input}};
}

std::string image(std::uint64_t digest) { return base64(png_image(digest)); }

// Partial images come with the opening, the finished one with the closing.
class ImageEvents final : public EventSource {
 public:
  explicit ImageEvents(const Question& question) : digest_(question.digest), usage_(usage(question)) {
    auto partial = question.asked.body.value("partial_images", nlohmann::json());
    if (partial.is_number_unsigned()) partial_ = std::min(partial.get<std::uint64_t>(), kMostPartial);
  }

  std::string opening() const override {
    std::string out;
    for (std::uint64_t i = 0; i < partial_; ++i) {
      auto event = described("image_generation.partial_image", mix(digest_ + i));
      event["partial_image_index"] = i;
      http::append_event(out, "image_generation.partial_image", to_text(event));
    }
    return out;
  }
  void append_piece(std::string&, const Pieces::Piece&) const override {}
  std::string closing() const override {
    std::string out;
    auto event = described("image_generation.completed", digest_);
    event["usage"] = usage_;
    http::append_event(out, "image_generation.completed", to_text(event));
    return out;
  }

 private:
  static ordered_json described(std::string_view type, std::uint64_t digest) {
    return {{"type", type},     {"b64_json", image(digest)}, {"created_at", kCreated}, {"size", "1024x1024"},
            {"quality", "low"}, {"background", "opaque"},    {"output_format", "png"}};
  }

  std::uint64_t digest_;
  std::uint64_t partial_ = 0;
  ordered_json usage_;
};

}  // namespace

Answer answer_image(const Question& question) {
  constexpr std::uint32_t kMostImages = 10;
  Answer answer;
  answer.input_tokens = question.asked.input_tokens;
  if (question.asked.mode == Asked::Mode::events) {
    answer.events = std::make_unique<ImageEvents>(question);
    return answer;
  }
  auto data = ordered_json::array();
  for (std::uint32_t i = 0; i < std::min(question.asked.choices, kMostImages); ++i) {
    data.push_back({{"b64_json", image(question.digest + i)}});
  }
  answer.body = to_text({{"created", kCreated}, {"data", data}, {"usage", usage(question)}});
  return answer;
}

}  // namespace weir::mock
