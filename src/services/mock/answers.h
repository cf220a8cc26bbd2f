// The simulated provider's answers, one function for each kind of path.
#pragma once

#include "mock/answer.h"

namespace weir::mock {

// By the path of `question.asked`; never fails. Refuses inside the answer what only the path itself can know
// (a status of 400).
Answer answer_to(const Question& question);

Answer answer_chat(const Question& question);        // /v1/chat/completions
Answer answer_completion(const Question& question);  // /v1/completions
Answer answer_response(const Question& question);    // /v1/responses, …/compact, …/input_tokens
Answer answer_message(const Question& question);     // /v1/messages, …/count_tokens
Answer answer_embedding(const Question& question);   // /v1/embeddings
Answer answer_moderation(const Question& question);  // /v1/moderations
Answer answer_image(const Question& question);       // /v1/images/generations
Answer answer_speech(const Question& question);      // /v1/audio/speech
Answer answer_transcript(const Question& question);  // /v1/audio/transcriptions, …/translations

// An answer that refuses, in the shape of the path's dialect.
Answer refused(Dialect dialect, const Refusal& refusal, std::string_view request_id);

// GET /v1/models: those of the script's prices, and sim-1.
std::string list_of_models(const Script& script, Dialect dialect);
std::string one_model(std::string_view name, Dialect dialect);

}  // namespace weir::mock
