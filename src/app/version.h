// Which weir this is. CMake reads the number from here.
#pragma once

#include <string_view>

namespace weir::app {

inline constexpr std::string_view kVersion = "0.1.0";
inline constexpr std::string_view kVersionDate = "2026-11-21";

}  // namespace weir::app
