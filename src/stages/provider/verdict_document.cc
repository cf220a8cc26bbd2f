#include "provider/verdict_document.h"

#include "provider/verdict.h"

namespace weir::provider {
namespace {

std::string_view tried(Remedy remedy) {
  switch (remedy) {
    case Remedy::none:
      return "nobody else";
    case Remedy::other_key:
      return "another key, then another deployment";
    case Remedy::free_key:
      return "another key, then another deployment, then the same after its rest";
    case Remedy::elsewhere:
      break;
  }
  return "another deployment, then another key, then the same after a wait";
}

std::string_view shown(EndpointOutcome outcome) {
  switch (outcome) {
    case EndpointOutcome::answered:
      return "";
    case EndpointOutcome::congested:
      return "it rests, and takes fewer calls";
    case EndpointOutcome::overloaded:
      return "a failure for its breaker, and it takes fewer calls";
    case EndpointOutcome::failed:
      break;
  }
  return "a failure for its breaker";
}

std::string_view given(Verdict verdict) {
  return verdict == Verdict::failed ? "weir's own error" : "the provider's words";
}

}  // namespace

std::string verdict_table() {
  std::string table =
      "| status | it means | asked is then | what it says of the deployment and key | when nothing helps the "
      "caller "
      "gets |\n|---|---|---|---|---|\n";
  for (const auto& row : judgements()) {
    auto statuses =
        row.least == row.most ? fmt::format("{}", row.least) : fmt::format("{} to {}", row.least, row.most);
    const auto& judgement = row.judgement;
    table += fmt::format("| {} | {} | {} | {} | {} |\n", statuses, judgement.why, tried(judgement.remedy),
                         shown(judgement.outcome), given(judgement.verdict));
  }
  return table;
}

}  // namespace weir::provider
