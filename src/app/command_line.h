// The program: reads the command line and does what it says.
#pragma once

#include "terminal/command.h"

namespace weir::app {

using terminal::ExitCode;
using terminal::kFailed;
using terminal::kFine;
using terminal::kWrongUsage;

// The process's exit code.
int run(int argc, char** argv);

}  // namespace weir::app
