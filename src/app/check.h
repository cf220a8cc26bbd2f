// `weir check FILE`: says what a configuration means, or what is wrong with it.
#pragma once

#include <filesystem>

namespace weir::app {

enum class CheckOutput { table, json };

// The process's exit code: kFine, or kWrongUsage after a line for each problem on standard error.
int check(const std::filesystem::path& file, CheckOutput output);

}  // namespace weir::app
