// An answer that is whole: what a cache keeps, and what is served again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/padded.h"
#include "base/ref.h"
#include "model/ids.h"
#include "model/money.h"
#include "model/usage.h"
#include "recording/memory_budget.h"

namespace weir::recording {

// Whole or as events, as it was asked for.
enum class Mode : std::uint8_t { whole, events };

// Who made an answer.
struct Maker {
  DeploymentId id;
  std::string_view label = {};  // "openai/gpt-4o-mini"; lives as long as the process
};

// What is known of an answer besides its bytes.
struct AnswerFacts {
  Mode mode = Mode::whole;
  bool has_own_type = false;  // its content type is among its head lines; else it is the mode's
  WallTime made{};            // when its last byte came
  Maker maker = {};
  std::optional<Usage> usage = {};
  std::optional<NanoDollars> cost = {};  // what it cost when it was made
  // Where in the body the event stands that carries only the usage, which a caller gets who asked for it
  // (OpenAI's stream_options.include_usage). Size 0: there is none.
  std::uint32_t usage_event_begin = 0;
  std::uint32_t usage_event_size = 0;
};

// Immutable, in one allocation, whose bytes are taken from the budget until the last Ref is gone. Any thread.
class KeptAnswer final : public RefCounted<KeptAnswer> {
 public:
  // `head_lines` are header lines as they are sent, each with its "\r\n"; `body` comes in parts. Both are
  // copied. Empty when the budget has no room.
  static Ref<KeptAnswer> make(MemoryBudget& budget, const AnswerFacts& facts, std::string_view head_lines,
                              std::span<const std::string_view> body);
  static void destroy(const KeptAnswer* answer);

  const AnswerFacts& facts() const { return facts_; }
  // For its maker, before others have it.
  AnswerFacts& facts() { return facts_; }
  std::string_view head_lines() const { return {bytes(), head_size_}; }
  PaddedView body() const { return {{bytes() + head_size_, body_size_}}; }
  // The same, in three.
  struct Parts {
    std::string_view before, usage_event, after;
  };
  Parts parts() const {
    auto rest = body().text.substr(facts_.usage_event_begin);
    return {.before = body().text.substr(0, facts_.usage_event_begin),
            .usage_event = rest.substr(0, facts_.usage_event_size),
            .after = rest.substr(facts_.usage_event_size)};
  }
  // All that it costs in memory, with the allocator's share.
  std::size_t cost() const { return cost_; }

 private:
  KeptAnswer(MemoryBudget& budget, const AnswerFacts& facts, std::size_t cost)
      : budget_(budget), facts_(facts), cost_(cost) {}
  ~KeptAnswer() = default;
  const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }

  MemoryBudget& budget_;
  AnswerFacts facts_;
  std::size_t cost_;
  std::uint32_t head_size_ = 0;
  std::size_t body_size_ = 0;
};

}  // namespace weir::recording
