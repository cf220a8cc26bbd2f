#include "cache/cacheable.h"

namespace weir::cache {
namespace {

// Why this request is out, whoever asks for caching; empty: it is not.
std::string_view reason_against(const Candidate& candidate) {
  if (candidate.path.body == wire::RelayedPath::Body::multipart) return "form";
  if (candidate.setting == config::Cacheable::never) return "never";
  if (candidate.body > kLargestBody) return "too-large";
  if (candidate.fields.changing_state) return "state";
  if (!candidate.directives.may_serve && !candidate.directives.may_keep) return "off";
  return {};
}

// A path whose answers depend on a temperature, which is not always 0.
bool has_temperature(std::string_view path) {
  return path == "/v1/chat/completions" || path == "/v1/responses" || path == "/v1/completions" ||
         path == "/v1/messages";
}

// Why a request is out of which nobody said that it is to be cached; empty: it is not.
std::string_view reason_unasked(const Candidate& candidate) {
  const auto& fields = candidate.fields;
  if (fields.unclear) return "unclear";
  if (fields.provider_tools) return "provider-tools";
  if (candidate.setting == config::Cacheable::always) return {};
  if (candidate.path.path == "/v1/embeddings") return {};
  if (!has_temperature(candidate.path.path)) return "opt-in";
  return fields.temperature_zero ? "" : "temperature";
}

}  // namespace

Verdict judge(const Candidate& candidate) {
  const auto& directives = candidate.directives;
  auto against = reason_against(candidate);
  if (against.empty() && !directives.opted_in) against = reason_unasked(candidate);
  if (!against.empty()) return {.detail = against};
  Verdict verdict{.may_look = directives.may_serve, .may_keep = directives.may_keep};
  if (!verdict.may_look) verdict.detail = "no-cache";
  if (!verdict.may_keep) verdict.detail = "no-store";
  return verdict;
}

}  // namespace weir::cache
