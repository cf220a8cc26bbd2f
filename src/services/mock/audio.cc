// Speech, transcriptions and translations: platform.openai.com/docs/api-reference/audio
#include "http/sse.h"
#include "mock/answers.h"
#include "mock/digest.h"
#include "mock/media.h"
#include "mock/said.h"

namespace weir::mock {
namespace {

using nlohmann::ordered_json;

// What the model hears: the file's bytes decide, so the same file always says the same.
Text heard(const Question& question) {
  auto file = find_field(question.asked.form, "file");
  return Text::invented(digest(question.digest, file), question.behaviour.output_tokens);
}

ordered_json usage(const Question& question, const Text& text) {
  std::uint64_t input = question.asked.input_tokens;
  return {{"type", "tokens"},
          {"input_tokens", input},
          {"input_token_details", {{"text_tokens", input}, {"audio_tokens", 0}}},
          {"output_tokens", text.words()},
          {"total_tokens", input + text.words()}};
}

class TranscriptEvents final : public EventSource {
 public:
  TranscriptEvents(const Question& question, Text text)
      : text_(std::move(text)), usage_(usage(question, text_)) {}

  std::string opening() const override { return {}; }
  void append_piece(std::string& out, const Pieces::Piece& piece) const override {
    std::string words;
    text_.append(words, piece.first, piece.words);
    http::append_event(out, "", to_text({{"type", "transcript.text.delta"}, {"delta", words}}));
  }
  std::string closing() const override {
    std::string out;
    http::append_event(
        out, "", to_text({{"type", "transcript.text.done"}, {"text", text_.whole()}, {"usage", usage_}}));
    return out + "data: [DONE]\n\n";
  }

 private:
  Text text_;
  ordered_json usage_;
};

// A second for the whole text.
void put_in_format(Answer& answer, const Question& question, const Text& text) {
  auto format = find_field(question.asked.form, "response_format");
  std::string words = text.whole();
  bool is_plain = format == "text" || format == "srt" || format == "vtt";
  if (is_plain) answer.content_type = "text/plain; charset=utf-8";
  if (format == "text") {
    answer.body = words + "\n";
  } else if (format == "srt") {
    answer.body = fmt::format("1\n00:00:00,000 --> 00:00:01,000\n{}\n\n", words);
  } else if (format == "vtt") {
    answer.body = fmt::format("WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n{}\n\n", words);
  } else if (format == "verbose_json") {
    ordered_json segment{{"id", 0},
                         {"seek", 0},
                         {"start", 0.0},
                         {"end", 1.0},
                         {"text", words},
                         {"tokens", ordered_json::array()},
                         {"temperature", 0.0},
                         {"avg_logprob", -0.1},
                         {"compression_ratio", 1.0},
                         {"no_speech_prob", 0.0}};
    auto segments = ordered_json::array();
    segments.push_back(segment);
    answer.body = to_text({{"task", "transcribe"},
                           {"language", "english"},
                           {"duration", 1.0},
                           {"text", words},
                           {"segments", segments}});
  } else {
    answer.body = to_text({{"text", words}, {"usage", usage(question, text)}});
  }
}

}  // namespace

Answer answer_speech(const Question& question) {
  Answer answer;
  answer.content_type = "audio/wav";
  answer.input_tokens = question.asked.input_tokens;
  answer.body = wav_sound(question.digest, question.asked.input_tokens);
  return answer;
}

Answer answer_transcript(const Question& question) {
  Answer answer;
  Text text = heard(question);
  answer.input_tokens = question.asked.input_tokens;
  answer.output_tokens = text.words();
  answer.pieces = {
      .words = text.words(), .choices = 1, .words_per_piece = question.behaviour.tokens_per_event};
  if (question.asked.mode == Asked::Mode::events) {
    answer.events = std::make_unique<TranscriptEvents>(question, std::move(text));
  } else {
    put_in_format(answer, question, text);
  }
  return answer;
}

}  // namespace weir::mock
