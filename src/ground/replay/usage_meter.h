// Reads the usage out of an answer while it passes.
//
//   UsageMeter meter(path);
//   meter.note(events);  // … for every piece
//   if (auto usage = meter.usage()) …
#pragma once

#include <optional>
#include <string_view>

#include "base/padded.h"
#include "model/usage.h"
#include "wire/paths.h"

namespace weir::replay {

// One answer's. A piece without a usage costs one search.
class UsageMeter {
 public:
  explicit UsageMeter(const wire::RelayedPath& path) : path_(path) {}

  // Whole events. OpenAI tells the usage at the end, where it was asked for it; in the Responses API in the
  // response's last event; Anthropic in `message_start`, and again, what has changed, in `message_delta`.
  void note(std::string_view events);
  // Instead, an answer that is whole, and known to be JSON.
  void note_whole(PaddedView body);
  // What has been told last; nothing where none was.
  const std::optional<Usage>& usage() const { return usage_; }

 private:
  const wire::RelayedPath& path_;
  std::optional<Usage> usage_;
};

}  // namespace weir::replay
