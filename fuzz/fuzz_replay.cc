// Answers in the other mode: whatever a provider sends, one document made from a stream is an answer of its
// path, has the stream's summary, and makes a stream that is the same document again. The first byte chooses
// the path.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "replay/modes.h"
#include "replay/summary.h"
#include "replay/usage_event.h"

namespace {

using namespace weir;

constexpr std::array<std::string_view, 5> kPaths{"/v1/chat/completions", "/v1/completions", "/v1/responses",
                                                 "/v1/messages", "/v1/embeddings"};

void must(bool holds) {
  if (!holds) std::abort();
}

void check_stream(const wire::RelayedPath& path, std::string_view events) {
  const auto whole = replay::as_whole(path, events);
  const auto usage_event = replay::find_usage_event(path, events);
  must(usage_event.empty() || usage_event.ends_with('\n') || usage_event.ends_with('\r'));
  if (!whole) return;
  const PaddedString document(*whole);
  const auto summary = replay::summarize_whole(path, document.view());
  must(summary.has_value() && replay::summarize_events(path, events) == summary);
  const auto again = replay::as_events(path, document.view(), replay::UsageEvent::wanted);
  must(again && replay::as_whole(path, *again).has_value());
  must(replay::summarize_events(path, *again) == summary);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto& path = *wire::find_relayed_path(kPaths[data[0] % kPaths.size()]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_stream(path, bytes);

  const PaddedString document(bytes);
  const auto summary = replay::summarize_whole(path, document.view());
  const auto events = replay::as_events(path, document.view(), replay::UsageEvent::wanted);
  if (events) must(summary && replay::summarize_events(path, *events).has_value());
  return 0;
}
