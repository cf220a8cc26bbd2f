// One call as the provider saw it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weir::mock {

struct Call {
  enum class Ended : std::uint8_t { completed, cancelled, fault };

  std::uint64_t number = 0;  // from 1
  std::string path;
  std::string model;              // empty: not known
  std::string header_names;       // in lower case, separated by spaces; never their values
  std::uint64_t body_bytes = 0;   // of the request
  std::uint64_t body_digest = 0;  // FNV-1a, mixed
  int status = 0;                 // 0: nothing was answered
  Ended ended = Ended::cancelled;
  std::string_view fault;  // the name of the fault that the script had for it, and its place
  std::string_view fault_at;
  std::uint64_t input_tokens = 0;
  std::uint64_t output_tokens = 0;
  TimePoint began{};
  TimePoint first_byte{};  // of the answer
  TimePoint finished{};
};

// The bytes of a call, for whoever checks the ledger.
struct RawCall {
  std::string content_type;  // of the request
  std::string request;
  std::string answer;  // of a stream the events that went out, else what the model had made, sent or not
  // How an answer that was not finished came about, so that its words can be counted.
  Duration time_to_first_token{};
  double tokens_per_second = 0;
  std::uint64_t choices = 1;
};

std::string_view name_of(Call::Ended ended);

// A line of JSON without its end. Times are milliseconds since `zero`.
std::string to_json(const Call& call, TimePoint zero);
std::string to_json(const Call& call, const RawCall& raw);

}  // namespace weir::mock
