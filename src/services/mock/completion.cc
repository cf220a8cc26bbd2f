// Completions: platform.openai.com/docs/api-reference/completions
#include "base/json_string.h"
#include "mock/answers.h"
#include "mock/digest.h"
#include "mock/said.h"

namespace weir::mock {
namespace {

using nlohmann::ordered_json;

std::string id_of(const Question& question) { return "cmpl-" + id_from(question.digest); }

ordered_json usage(const Question& question, const Said& said) {
  std::uint64_t input = question.asked.input_tokens;
  return {{"prompt_tokens", input},
          {"completion_tokens", said.tokens()},
          {"total_tokens", input + said.tokens()}};
}

class CompletionEvents final : public EventSource {
 public:
  CompletionEvents(const Question& question, Said said)
      : said_(std::move(said)),
        head_(
            fmt::format(R"(data: {{"id":"{}","object":"text_completion","created":{},"model":{},"choices":[)",
                        id_of(question), kCreated, json_string(question.asked.model))) {
    auto options = question.asked.body.find("stream_options");
    bool wanted = options != question.asked.body.end() && options->is_object() &&
                  options->value("include_usage", nlohmann::json()) == true;
    if (wanted) last_ = fmt::format("{}],\"usage\":{}}}\n\n", head_, to_text(usage(question, said_)));
  }

  std::string opening() const override { return {}; }

  void append_piece(std::string& out, const Pieces::Piece& piece) const override {
    std::string words;
    said_.choices[piece.choice].append(words, piece.first, piece.words);
    append(out, piece.choice, words, "null");
  }

  std::string closing() const override {
    std::string out;
    for (std::size_t i = 0; i < said_.choices.size(); ++i) {
      append(out, i, "", said_.cut ? R"("length")" : R"("stop")");
    }
    return out + last_ + "data: [DONE]\n\n";
  }

 private:
  void append(std::string& out, std::size_t choice, std::string_view text, std::string_view finish) const {
    fmt::format_to(std::back_inserter(out),
                   "{}{{\"text\":{},\"index\":{},\"logprobs\":null,\"finish_reason\":{}}}]}}\n\n", head_,
                   json_string(text), choice, finish);
  }

  Said said_;
  std::string head_;
  std::string last_;  // the chunk with the usage, where it is wanted
};

}  // namespace

Answer answer_completion(const Question& question) {
  Said said = say(question);
  Answer answer = answer_of(question, said);
  if (question.asked.mode == Asked::Mode::events) {
    answer.events = std::make_unique<CompletionEvents>(question, std::move(said));
    return answer;
  }
  auto choices = ordered_json::array();
  for (std::size_t i = 0; i < said.choices.size(); ++i) {
    choices.push_back({{"text", said.choices[i].whole()},
                       {"index", i},
                       {"logprobs", nullptr},
                       {"finish_reason", said.cut ? "length" : "stop"}});
  }
  answer.body = to_text({{"id", id_of(question)},
                         {"object", "text_completion"},
                         {"created", kCreated},
                         {"model", question.asked.model},
                         {"choices", choices},
                         {"usage", usage(question, said)}});
  return answer;
}

}  // namespace weir::mock
