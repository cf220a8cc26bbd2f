#include "wire/refusal.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace weir::wire {
namespace {

struct Word {
  std::string_view word;
  Refusal meaning;
};

constexpr std::array kCodes{
    Word{"context_length_exceeded", Refusal::context_window},
    Word{"too_many_prompt_tokens", Refusal::context_window},
    Word{"content_policy_violation", Refusal::content_policy},
    Word{"content_filter", Refusal::content_policy},
    Word{"moderation_blocked", Refusal::content_policy},
    Word{"insufficient_quota", Refusal::no_quota},
    Word{"billing_hard_limit_reached", Refusal::no_quota},
};

// In lower case.
constexpr std::array kPhrases{
    Word{"maximum context length", Refusal::context_window},
    Word{"exceeds the context window", Refusal::context_window},
    Word{"prompt is too long", Refusal::context_window},
    Word{"exceed context limit", Refusal::context_window},
    Word{"content filtering policy", Refusal::content_policy},
    Word{"content management policy", Refusal::content_policy},
    Word{"violating our usage policy", Refusal::content_policy},
    Word{"credit balance is too low", Refusal::no_quota},
};

Refusal meaning_of(const nlohmann::json& error, std::string_view member) {
  if (!error.contains(member) || !error[member].is_string()) return Refusal::other;
  const auto& code = error[member].get_ref<const std::string&>();
  const auto* found = std::ranges::find(kCodes, code, &Word::word);
  return found == kCodes.end() ? Refusal::other : found->meaning;
}

}  // namespace

Refusal refusal_of(std::string_view error_body) {
  auto json = nlohmann::json::parse(error_body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("error") || !json["error"].is_object()) return Refusal::other;
  const auto& error = json["error"];
  for (std::string_view member : {"code", "type"}) {
    if (auto meaning = meaning_of(error, member); meaning != Refusal::other) return meaning;
  }
  if (!error.contains("message") || !error["message"].is_string()) return Refusal::other;
  std::string message = lowered(error["message"].get<std::string>());
  for (const auto& phrase : kPhrases) {
    if (message.find(phrase.word) != std::string::npos) return phrase.meaning;
  }
  return Refusal::other;
}

}  // namespace weir::wire
