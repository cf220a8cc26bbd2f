// Whether a request may be answered from the cache, and its answer kept.
#pragma once

#include <string_view>

#include "base/units.h"
#include "cache/directives.h"
#include "config/settings.h"
#include "wire/paths.h"
#include "wire/request_fields.h"

namespace weir::cache {

// A longer body is not looked at: such prompts hardly ever come twice, while hashing one and writing its
// canonical form would hold up a loop's other calls for milliseconds.
inline constexpr Bytes kLargestBody = 1_MiB;

struct Verdict {
  bool may_look = false;  // serve a kept answer, join a flight
  bool may_keep = false;
  // Why not, where one of the two is not allowed; for Cache-Status (RFC 9211). One of: form, never,
  // too-large, state, off, no-cache, no-store, unclear, provider-tools, temperature, opt-in, unreadable.
  // Constant.
  std::string_view detail = {};
};

// The request has a canonical key, or would have if it could be read (see keys.h).
inline constexpr Verdict kUnreadable{.detail = "unreadable"};

struct Candidate {
  const wire::RelayedPath& path;
  const wire::RequestFields& fields;
  Bytes body;
  const Directives& directives;
  config::Cacheable setting;  // of the model that is called
};

// `never`, forms (their boundaries are random), state at the provider that changes, large bodies and callers
// who want no cache are out, whatever else holds. A caller who asks for caching gets it for everything else.
// Without that it takes a model set to `always`, an embedding, or temperature 0; and no tools that run at the
// provider, whose answers change with the world.
Verdict judge(const Candidate& candidate);

}  // namespace weir::cache
