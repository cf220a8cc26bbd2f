// The provider's own count of what it was asked and what it charges: independent of anything weir counts.
//
// A call is a request to a relayed path, or a connection that the script refused before one could come. It is
//   completed  when its answer, an error included, went out to its proper end,
//   cancelled  when the other side left before that,
//   neither    when it is under way, or a fault of the script broke it.
// What is counted as tokens: an answer that is no 2xx, or that a fault prevents before its head, has none.
// Else
//   input      the words of the request's text; nothing for count_tokens and input_tokens, which are free,
//   output     of a stream the words in the events that went out; of any other answer all words, and where
//   the other
//              side left while the model was still at it, those whose time had come.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "mock/script.h"

namespace weir::mock {

struct Figures {
  std::uint64_t calls = 0;
  std::uint64_t completed = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
  std::uint64_t cost_nanos = 0;  // nano-dollars, rounded half up for each call
  bool operator==(const Figures&) const = default;
};

struct Ledger : Figures {
  // By name; what no name is known for counts under "none". Beyond 1,000 models they count under "other".
  std::map<std::string, Figures, std::less<>> by_model;
  std::map<std::string, Figures, std::less<>> by_path;
  std::map<std::string, std::uint64_t, std::less<>>
      by_status;  // ended calls; "none" for those without an answer
  bool operator==(const Ledger&) const = default;
};

std::uint64_t cost_nanos(const Price& price, std::uint64_t input_tokens, std::uint64_t output_tokens);

// {calls, completed, cancelled, input_tokens, output_tokens, cost_nanos, by_model, by_path, by_status}
std::string to_json(const Ledger& ledger);

}  // namespace weir::mock
