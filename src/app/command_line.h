// `weir serve`, `weir mock`, `weir check`: reads the command line and does what it says.
#pragma once

namespace weir::app {

// Exit codes: 0 fine, 1 failed while running, 2 wrong usage or configuration.
enum ExitCode : int { kFine = 0, kFailed = 1, kWrongUsage = 2 };

int run(int argc, char** argv);

}  // namespace weir::app
