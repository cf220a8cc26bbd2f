// What must hold between settings once each of them is right by itself.
#pragma once

#include <optional>
#include <string>

#include "config/problem_list.h"
#include "config/settings.h"

namespace weir::config {

// Adds what is wrong to `problems`. A setting that has a problem already is taken for unknown and judged no
// more.
void check(const Settings& settings, ProblemList& problems);

// Why weir must not listen where it is told to, in words to put after the address: it is open to other
// machines and no master key is set. Nothing if it may. Ask again when the address comes from the command
// line.
std::optional<std::string> why_not_listen(const ListenAddress& listen, const AuthSettings& auth);

}  // namespace weir::config
