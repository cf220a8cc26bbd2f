#include "mock/answers.h"

#include "mock/digest.h"

namespace weir::mock {

using nlohmann::ordered_json;

std::string to_text(const ordered_json& document) {
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Answer answer_to(const Question& question) {
  std::string_view path = question.asked.path->path;
  if (path == "/v1/chat/completions") return answer_chat(question);
  if (path == "/v1/completions") return answer_completion(question);
  if (path.starts_with("/v1/responses")) return answer_response(question);
  if (path.starts_with("/v1/messages")) return answer_message(question);
  if (path == "/v1/embeddings") return answer_embedding(question);
  if (path == "/v1/moderations") return answer_moderation(question);
  if (path == "/v1/images/generations") return answer_image(question);
  if (path == "/v1/audio/speech") return answer_speech(question);
  return answer_transcript(question);
}

Answer refused(Dialect dialect, const Refusal& refusal, std::string_view request_id) {
  Answer answer;
  answer.status = refusal.status;
  answer.body = error_body(dialect, refusal, request_id);
  return answer;
}

namespace {

ordered_json model_object(std::string_view name, Dialect dialect) {
  if (dialect == Dialect::anthropic) {
    return {{"type", "model"}, {"id", name}, {"display_name", name}, {"created_at", "2025-06-15T15:06:40Z"}};
  }
  return {{"id", name}, {"object", "model"}, {"created", kCreated}, {"owned_by", "weir"}};
}

}  // namespace

std::string list_of_models(const Script& script, Dialect dialect) {
  auto data = ordered_json::array({model_object("sim-1", dialect)});
  for (const auto& [name, price] : script.prices) {
    if (name != "sim-1") data.push_back(model_object(name, dialect));
  }
  if (dialect == Dialect::openai) return to_text({{"object", "list"}, {"data", data}});
  return to_text({{"data", data},
                  {"has_more", false},
                  {"first_id", data.front()["id"]},
                  {"last_id", data.back()["id"]}});
}

std::string one_model(std::string_view name, Dialect dialect) { return to_text(model_object(name, dialect)); }

}  // namespace weir::mock
