#include "mock/said.h"

#include "mock/digest.h"
#include "mock/fitting_json.h"

namespace weir::mock {
namespace {

// What the prompt asks to have repeated: the rest of that line.
std::string_view to_repeat(std::string_view text) {
  constexpr std::string_view kPlea = "repeat after me:";
  auto at = text.rfind(kPlea);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + kPlea.size());
  return text.substr(0, text.find('\n'));
}

}  // namespace

Said say(const Question& question) {
  const auto& asked = question.asked;
  Said said;
  if (asked.tool) {
    said.tool = asked.tool->name;
    said.choices.assign(asked.choices, Text::given(fitting_json(asked.tool->schema)));
    return said;
  }
  if (asked.answer_schema) {
    said.choices.assign(asked.choices, Text::given(fitting_json(*asked.answer_schema)));
  } else if (auto words = to_repeat(asked.text); !words.empty()) {
    said.choices.assign(asked.choices, Text::given(words));
  } else {
    for (std::uint32_t i = 0; i < asked.choices; ++i) {
      said.choices.push_back(Text::invented(mix(question.digest + i), question.behaviour.output_tokens));
    }
  }
  if (asked.most_tokens && *asked.most_tokens < said.words()) {
    for (auto& text : said.choices) text.cut(*asked.most_tokens);
    said.cut = true;
  }
  return said;
}

Answer answer_of(const Question& question, const Said& said) {
  Answer answer;
  answer.pieces = {.words = said.words(),
                   .choices = said.choices.size(),
                   .words_per_piece = question.behaviour.tokens_per_event};
  answer.input_tokens = question.asked.input_tokens;
  answer.opening_tokens = said.opening_tokens();
  answer.output_tokens = said.tokens();
  return answer;
}

}  // namespace weir::mock
