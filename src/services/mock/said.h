// What the model says to a question, before it is put into a dialect's shape.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mock/answer.h"
#include "mock/text.h"

namespace weir::mock {

struct Said {
  std::vector<Text> choices;        // of as many words each; of a tool call, its arguments
  std::optional<std::string> tool;  // the name of the function that is called
  bool cut = false;                 // by the request's limit of tokens

  std::size_t words() const { return choices.front().words(); }
  std::uint64_t opening_tokens() const { return tool ? choices.size() : 0; }
  std::uint64_t tokens() const { return choices.size() * words() + opening_tokens(); }
};

// A tool call if the request makes the model call one (it is never cut), JSON if the request has a schema for
// the answer, X if the prompt says "repeat after me: X", else invented text.
Said say(const Question& question);

// An answer with the counts of `said` in it, without body or events.
Answer answer_of(const Question& question, const Said& said);

}  // namespace weir::mock
