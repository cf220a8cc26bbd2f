#include "replay/modes.h"

#include "replay/detail/fold.h"
#include "replay/detail/json.h"
#include "replay/summary.h"

namespace weir::replay {

std::optional<std::string> as_whole(const wire::RelayedPath& path, std::string_view events) {
  auto format = format_of(path);
  auto read = read_events(events);
  if (!format || !read) return std::nullopt;
  auto folded = fold(*format, *read);
  if (!folded || !folded->faithful) return std::nullopt;
  const PaddedString whole(folded->whole);
  if (!summarize_whole(path, whole.view())) return std::nullopt;
  return std::move(folded->whole);
}

std::optional<std::string> as_events(const wire::RelayedPath& path, PaddedView whole,
                                     UsageEvent usage_event) {
  auto format = format_of(path);
  if (!format || !summarize_whole(path, whole)) return std::nullopt;
  auto one_line = compact(whole);
  if (!one_line) return std::nullopt;
  return unfold(*format, one_line->view(), usage_event);
}

}  // namespace weir::replay
