// Moderations: platform.openai.com/docs/api-reference/moderations
#include "mock/answers.h"
#include "mock/asked_text.h"
#include "mock/digest.h"

namespace weir::mock {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::string_view, 13> kCategories{"sexual",
                                                       "hate",
                                                       "harassment",
                                                       "self-harm",
                                                       "sexual/minors",
                                                       "hate/threatening",
                                                       "violence/graphic",
                                                       "self-harm/intent",
                                                       "self-harm/instructions",
                                                       "harassment/threatening",
                                                       "violence",
                                                       "illicit",
                                                       "illicit/violent"};

// Texts that say "flag this" are flagged as violence; scores come from the text's digest.
ordered_json judgement(std::string_view text) {
  constexpr double kLow = 0.01;
  constexpr double kHigh = 0.97;
  bool flagged = text.find("flag this") != std::string_view::npos;
  ordered_json result{{"flagged", flagged}};
  for (auto category : kCategories) {
    std::string name(category);
    bool is_it = flagged && category == "violence";
    result["categories"][name] = is_it;
    result["category_scores"][name] = is_it ? kHigh : kLow * unit_from(digest(digest(0, category), text));
    result["category_applied_input_types"][name] = ordered_json::array({"text"});
  }
  return result;
}

}  // namespace

Answer answer_moderation(const Question& question) {
  const auto& input = question.asked.body["input"];
  auto results = ordered_json::array();
  // A list of texts is judged one by one; a text, or the parts of a message, as a whole.
  bool is_list_of_texts = input.is_array() && !input.empty() && input.front().is_string();
  if (is_list_of_texts) {
    for (const auto& item : input) {
      CollectedText text;
      text.add(item);
      results.push_back(judgement(text.text));
    }
  } else {
    results.push_back(judgement(question.asked.text));
  }
  Answer answer;
  answer.input_tokens = question.asked.input_tokens;
  std::string model = question.asked.model.empty() ? "omni-moderation-latest" : question.asked.model;
  answer.body = to_text({{"id", "modr-" + id_from(question.digest)}, {"model", model}, {"results", results}});
  return answer;
}

}  // namespace weir::mock
