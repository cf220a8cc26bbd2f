// What the cache is to do with one request.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "cache/directives.h"
#include "cache/generations.h"
#include "cache/selector.h"
#include "config/settings.h"
#include "model/digest.h"
#include "model/ids.h"
#include "recording/kept_answer.h"
#include "wire/paths.h"

namespace weir::cache {

// What a purge can know of an answer, and when that answer was begun.
struct Begun {
  Covered covered;
  Generation at;
};

struct Plan {
  // Whether the answer may be served from the cache.
  bool may_look = false;
  // Whether it may be kept, and so be shared while it comes. Then and where it may be looked for, there is a
  // key.
  bool may_keep = false;
  std::string_view detail = {};  // why not: one word for `Cache-Status`
  const wire::RelayedPath* path = nullptr;
  recording::Mode mode = recording::Mode::whole;
  // The caller wants the event that tells a stream's usage.
  bool usage_event_wanted = false;
  Digest key = {};
  TenantId tenant = {};
  Begun begun = {};
  Directives directives = {};
  config::CacheKeep keep = {};  // which good answers are kept
  // How long the new answer stays after its end: as long as this caller, or one who names no time, may want
  // it.
  std::chrono::milliseconds stale_for = {};
};

}  // namespace weir::cache
