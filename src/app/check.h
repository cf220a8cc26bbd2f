// `weir check FILE`: says what is wrong with a configuration.
#pragma once

#include <filesystem>

namespace weir::app {

// The process's exit code: kFine, or kWrongUsage after a line for each problem on standard error.
int check(const std::filesystem::path& file);

}  // namespace weir::app
