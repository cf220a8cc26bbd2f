// What one attempt at a provider has come to, for those who decide what is tried next and who is asked.
#pragma once

#include <cstdint>

namespace weir {

// What may help after it.
enum class Remedy : std::uint8_t {
  none,       // nobody would answer better: it was answered, or it is the request's own fault
  other_key,  // the key is refused: another key, then another deployment, but never the same again
  free_key,   // the key has done enough: another key, then another deployment, then the same after a while
  elsewhere,  // another deployment first, then another key, then the same again after a while
};

// What it has shown of the deployment and key that were asked.
enum class EndpointOutcome : std::uint8_t {
  answered,    // as they should, even if it was a refusal of the request
  congested,   // 429: they were given more than they may take
  overloaded,  // 503, 529, or too late: they failed, and were given more than they can take
  failed,      // any other failure of their own
};

}  // namespace weir
