// Reads a configuration file, whole or not at all.
#pragma once

#include <expected>
#include <filesystem>
#include <string_view>
#include <vector>

#include "config/environment.h"
#include "config/problem.h"
#include "config/settings.h"

namespace weir::config {

// The settings that `yaml_text` gives; what it leaves out has its default. `file_name` is only for messages.
//
// An error is everything that is wrong (past a hundred problems their number), in the order of the file. No
// bytes make it throw or take long: the text is at most 1 MiB, without aliases. Paths, ${file:PATH} included,
// are relative to the working directory. Any thread.
std::expected<Settings, std::vector<Problem>> load(std::string_view yaml_text, std::string_view file_name,
                                                   const Environment& environment);

// The same for a file, which `environment` reads.
std::expected<Settings, std::vector<Problem>> load_file(const std::filesystem::path& path,
                                                        const Environment& environment);

}  // namespace weir::config
