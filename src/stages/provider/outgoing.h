// A caller's request as a provider is to get it.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "config/settings.h"
#include "model/trace_context.h"
#include "provider/request.h"
#include "provider/target.h"

namespace weir::provider {

// Whether a stream is made to tell its usage, where its caller didn't ask for it.
enum class AskUsage : std::uint8_t { as_asked, always };

// What of a provider is asked.
struct Wanted {
  std::string_view model;  // as the provider calls it
  const config::ProviderKey* key = nullptr;
  AskUsage ask_usage = AskUsage::as_asked;
};

// The request's bytes: a head of our own and the caller's body, edited by splicing from a closed list: the
// model's name where the provider calls it otherwise, LiteLLM's `cache` member cut out, and the usage asked
// for in `stream_options`.
//
// Nothing of the caller's head goes on but the headers on the dialect's list (wire/headers.h); the
// credentials are the provider's own, from the configuration; `identity` encoding is asked for.
class Outgoing {
 public:
  Outgoing(const Request& request, const Target& target, const Wanted& wanted, const TraceContext& trace);
  Outgoing(const Outgoing&) = delete;  // its parts point into it
  Outgoing& operator=(const Outgoing&) = delete;

  std::span<const std::string_view> parts() const { return std::span(parts_).first(count_); }
  // It was sent, and won't be again: gives the head's memory back, for an answer may take long.
  void release() {
    std::string().swap(head_);
    count_ = 0;
  }
  // What was changed in the body, for `x-weir-edits`: "model, cache", or nothing.
  std::string_view edits() const { return edits_; }

 private:
  struct Edit {
    wire::Span place;
    std::string_view text;
    std::string_view name;
  };
  static constexpr std::size_t kMostEdits = 3;

  void edit_body(const Request& request, const Wanted& wanted);
  void splice(std::string_view body, std::span<Edit> edits);
  void write_head(const Request& request, const Target& target, const config::ProviderKey* key,
                  const TraceContext& trace);

  std::string head_;
  std::string model_;  // as it stands in the body
  // The head, then the body: what is left of it, with the edits in between.
  std::array<std::string_view, 2 + 2 * kMostEdits> parts_;
  std::size_t count_ = 1;
  std::string edits_;
};

}  // namespace weir::provider
