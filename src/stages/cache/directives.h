// What a caller wants of the cache for one request: headers of weir's own and of others that people's
// programs already send, and LiteLLM's body member `cache`. CONTRACT "Caching headers" says what each means.
//
//   auto directives = CO_TRY(read_directives(head.headers, {fields.cache.of(body.text)}, settings));
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/padded.h"
#include "config/settings.h"
#include "http/headers.h"
#include "model/failure.h"

namespace weir::cache {

// Where several ask for different things, what is stricter holds: an answer is not served, or not kept, as
// soon as one of them says so, and the smallest greatest age counts. Of times to live and namespaces the most
// specific holds: x-weir-…, then the body's, then cf-aig-…, then the class's, then the settings'.
//
// `stale-if-error=N` (RFC 5861 section 4) takes the place of the settings' time for this request, but where
// that is 0: then nothing expired is served, whoever asks for it.
struct Directives {
  bool opted_in = false;  // the caller asked for caching, whatever the temperature; a class counts as asking
  bool may_serve = true;  // an answer that was kept before is welcome
  bool may_keep = true;
  bool only_if_cached = false;                       // without a kept answer: 504 not_cached
  std::optional<std::chrono::seconds> max_age = {};  // a kept answer must be younger
  std::chrono::milliseconds ttl{};                   // how long the new answer is kept
  std::chrono::milliseconds stale_if_error{};        // a kept answer may be expired for less than this
  std::string name_space = {};                       // inside the tenant; usually empty
  std::string class_name = {};                       // one of CacheSettings::classes, or empty
  std::vector<std::string> tags = {};                // for purging
};

inline constexpr std::size_t kMostTags = 16;
inline constexpr std::size_t kLongestTag = 64;         // bytes
inline constexpr std::size_t kLongestNamespace = 128;  // bytes

// `body_member` is the value of the body's member `cache`, empty where there is none. Fails with
// malformed_request and a sentence that names the header or member and what it may be.
weir::Result<Directives> read_directives(const http::Headers& headers, PaddedView body_member,
                                         const config::CacheSettings& settings);

// The headers that read_directives reads, in lower case. They are weir's: no provider sees them.
std::span<const std::string_view> directive_headers();

}  // namespace weir::cache
