// Which rule of the script holds for a call.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "mock/script.h"

namespace weir::mock {

// How one call is answered.
struct Plan {
  Behaviour behaviour;
  std::optional<Fault> fault;
};

struct Situation {
  std::uint64_t call = 1;
  std::string_view model;
  std::string_view path;
  std::string_view text;  // of the prompt
};

// The script's usual behaviour with the first rule that matches, and, where the script allows hints, with
// what the prompt itself asks for. Fails with a sentence when a hint makes no sense.
std::expected<Plan, std::string> plan_call(const Script& script, const Situation& situation);

// What happens to a connection that has just come, if it will be the one of call number `call`. Only rules
// that need to know nothing else about the call can say so.
std::optional<Fault> fault_at_connect(const Script& script, std::uint64_t call);

}  // namespace weir::mock
