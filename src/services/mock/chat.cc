// Chat Completions: platform.openai.com/docs/api-reference/chat
#include "base/json_string.h"
#include "mock/answers.h"
#include "mock/digest.h"
#include "mock/said.h"

namespace weir::mock {
namespace {

using nlohmann::ordered_json;

std::string id_of(const Question& question) { return "chatcmpl-" + id_from(question.digest); }
std::string tool_call_id(const Question& question, std::size_t choice) {
  return "call_" + id_from(mix(question.digest) + choice);
}

std::string_view finish_reason(const Said& said) {
  if (said.tool) return "tool_calls";
  return said.cut ? "length" : "stop";
}

ordered_json usage(const Question& question, const Said& said) {
  std::uint64_t input = question.asked.input_tokens;
  return {{"prompt_tokens", input},
          {"completion_tokens", said.tokens()},
          {"total_tokens", input + said.tokens()},
          {"prompt_tokens_details", {{"cached_tokens", 0}, {"audio_tokens", 0}}},
          {"completion_tokens_details",
           {{"reasoning_tokens", 0},
            {"audio_tokens", 0},
            {"accepted_prediction_tokens", 0},
            {"rejected_prediction_tokens", 0}}}};
}

bool wants_usage(const Asked& asked) {
  auto options = asked.body.find("stream_options");
  return options != asked.body.end() && options->is_object() &&
         options->value("include_usage", nlohmann::json()) == true;
}

class ChatEvents final : public EventSource {
 public:
  ChatEvents(const Question& question, Said said)
      : said_(std::move(said)),
        head_(fmt::format(R"(data: {{"id":"{}","object":"chat.completion.chunk","created":{},"model":{},)"
                          R"("service_tier":"default","system_fingerprint":"fp_weir","choices":[)",
                          id_of(question), kCreated, json_string(question.asked.model))),
        tail_(wants_usage(question.asked) ? "],\"usage\":null}\n\n" : "]}\n\n") {
    for (std::size_t i = 0; i < said_.choices.size(); ++i)
      tool_call_ids_.push_back(tool_call_id(question, i));
    if (wants_usage(question.asked)) {
      last_ = fmt::format("{}],\"usage\":{}}}\n\n", head_, to_text(usage(question, said_)));
    }
  }

  std::string opening() const override {
    std::string out;
    for (std::size_t i = 0; i < said_.choices.size(); ++i) {
      append(out, i,
             R"("role":"assistant","content":)" + std::string(said_.tool ? "null" : R"("","refusal":null)"));
      if (!said_.tool) continue;
      append(out, i,
             fmt::format(R"("tool_calls":[{{"index":0,"id":"{}","type":"function",)"
                         R"("function":{{"name":{},"arguments":""}}}}])",
                         tool_call_ids_[i], json_string(*said_.tool)));
    }
    return out;
  }

  void append_piece(std::string& out, const Pieces::Piece& piece) const override {
    std::string words;
    said_.choices[piece.choice].append(words, piece.first, piece.words);
    if (said_.tool) {
      append(
          out, piece.choice,
          fmt::format(R"("tool_calls":[{{"index":0,"function":{{"arguments":{}}}}}])", json_string(words)));
    } else {
      append(out, piece.choice, fmt::format(R"("content":{})", json_string(words)));
    }
  }

  std::string closing() const override {
    std::string out;
    for (std::size_t i = 0; i < said_.choices.size(); ++i) {
      append(out, i, "", fmt::format(R"("{}")", finish_reason(said_)));
    }
    return out + last_ + "data: [DONE]\n\n";
  }

 private:
  void append(std::string& out, std::size_t choice, std::string_view delta,
              std::string_view finish = "null") const {
    fmt::format_to(std::back_inserter(out),
                   R"({}{{"index":{},"delta":{{{}}},"logprobs":null,"finish_reason":{}}}{})", head_, choice,
                   delta, finish, tail_);
  }

  Said said_;
  std::string head_;
  std::string tail_;
  std::string last_;  // the chunk with the usage, where it is wanted
  std::vector<std::string> tool_call_ids_;
};

ordered_json message(const Question& question, const Said& said, std::size_t choice) {
  ordered_json made{{"role", "assistant"}, {"content", nullptr}, {"refusal", nullptr}};
  std::string text = said.choices[choice].whole();
  if (said.tool) {
    made["tool_calls"] = {{{"id", tool_call_id(question, choice)},
                           {"type", "function"},
                           {"function", {{"name", *said.tool}, {"arguments", text}}}}};
  } else {
    made["content"] = text;
  }
  made["annotations"] = ordered_json::array();
  return made;
}

}  // namespace

Answer answer_chat(const Question& question) {
  Said said = say(question);
  Answer answer = answer_of(question, said);
  if (question.asked.mode == Asked::Mode::events) {
    answer.events = std::make_unique<ChatEvents>(question, std::move(said));
    return answer;
  }
  auto choices = ordered_json::array();
  for (std::size_t i = 0; i < said.choices.size(); ++i) {
    choices.push_back({{"index", i},
                       {"message", message(question, said, i)},
                       {"logprobs", nullptr},
                       {"finish_reason", finish_reason(said)}});
  }
  answer.body = to_text({{"id", id_of(question)},
                         {"object", "chat.completion"},
                         {"created", kCreated},
                         {"model", question.asked.model},
                         {"choices", choices},
                         {"usage", usage(question, said)},
                         {"service_tier", "default"},
                         {"system_fingerprint", "fp_weir"}});
  return answer;
}

}  // namespace weir::mock
