// What tests of recordings share: a loop under a clock that stands still, and small limits.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "recording/reader.h"
#include "recording/recording.h"

namespace weir::recording {

using What = Reader::What;

inline AnswerHead events() { return {.status = 200, .form = AnswerHead::Form::events}; }

struct World {
  Ref<Recording> open(Sharing sharing, Mode mode = Mode::events) {
    return Ref(new Recording(loop, {memory, lone_memory}, limits, sharing, mode));
  }
  ManualClock clock;
  Loop loop{clock};
  MemoryBudget memory{64_MiB};
  MemoryBudget lone_memory{64_MiB};
  Bytes taken() const { return {memory.taken().count + lone_memory.taken().count}; }
  Limits limits{.ahead_of_lone = 100_B, .ahead_of_fastest = 1000_B, .joinable = 10'000_B, .behind = 5000_B};
};

// All that can be read now.
inline std::string text_of(Reader& reader) {
  std::string text;
  while (true) {
    auto news = reader.take();
    for (auto part : news.parts) text += part;
    if (news.what != What::some) return text;
  }
}

}  // namespace weir::recording
