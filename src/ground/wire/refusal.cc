#include "wire/refusal.h"

#include <algorithm>
#include <array>

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

}  // namespace

Refusal refusal_of(const ProviderError& error) {
  for (const auto* name : {&error.code, &error.type}) {
    const auto* found = std::ranges::find(kCodes, *name, &Word::word);
    if (found != kCodes.end()) return found->meaning;
  }
  std::string message = lowered(error.message);
  for (const auto& phrase : kPhrases) {
    if (message.find(phrase.word) != std::string::npos) return phrase.meaning;
  }
  return Refusal::other;
}

}  // namespace weir::wire
