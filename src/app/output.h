// What commands that end say: results on standard output, what went wrong on standard error.
#pragma once

#include <string_view>

namespace weir::app {

// The exit code: kFailed when not all of it could be written (a full disk), which is complained of.
int say(std::string_view text);

// "weir check: sentence"
void complain(std::string_view command, std::string_view sentence);

}  // namespace weir::app
