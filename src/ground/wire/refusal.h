// Why a provider refused a request, as far as its error body tells: what another model or key might answer.
#pragma once

#include <cstdint>

#include "wire/provider_error.h"

namespace weir::wire {

enum class Refusal : std::uint8_t {
  other,
  context_window,  // the prompt is too long for the model
  content_policy,  // the provider's policy forbids to answer it
  no_quota,        // the account's money or quota is used up: waiting won't help soon
};

// By the error's code or type (platform.openai.com/docs/guides/error-codes,
// docs.anthropic.com/en/api/errors), and where these don't tell, by words of its message, as OpenAI's
// imitators and Anthropic have it.
Refusal refusal_of(const ProviderError& error);

}  // namespace weir::wire
