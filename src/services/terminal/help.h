// What `weir … --help` says of a command.
#pragma once

#include <string>

#include "terminal/command.h"
#include "terminal/screen.h"

namespace weir::terminal {

// No line is longer than 80 columns, however wide the screen is, so that it reads well.
std::string help_of(const Called& called, const Screen& screen);

}  // namespace weir::terminal
