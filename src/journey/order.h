// What a call needs, of its own: its caller may leave before it ends.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "cache/plan.h"
#include "journey/setup.h"
#include "load/level.h"
#include "model/call_record.h"
#include "provider/request.h"
#include "recording/recording.h"
#include "routing/route.h"

namespace weir::journey {

// Under which key an answer is kept that a fallback made.
struct FallbackKey {
  std::string_view model;  // as the configuration has it
  Digest key;
};

struct Order {
  std::shared_ptr<const Setup> setup;
  provider::Request request;
  cache::Plan plan;
  routing::Route route;  // of the model that is asked first
  std::uint64_t sticky;  // calls with the same number stay together; 0: it doesn't matter
  load::Level level;     // at which it began
  std::string_view
      instead;  // the cheaper model that is asked instead of the one that was asked for; empty: none
  std::vector<FallbackKey> fallback_keys;
  Ref<recording::Recording> recording;
  AttemptRecord record;  // as much of it as is known before

  const Rules& rules() const { return *setup->rules; }
};

}  // namespace weir::journey
