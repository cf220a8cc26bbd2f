// Every command of weir, declared once: what the command line takes, --help, the man page and the completions
// are made from here.
#pragma once

#include "app/version.h"
#include "terminal/command.h"
#include "terminal/manual.h"

namespace weir::app {

inline constexpr terminal::Edition kEdition{.version = kVersion, .date = kVersionDate};

// `weir` and all below it. To add a command, declare it here and give it a function.
const terminal::Command& commands();

}  // namespace weir::app
