// What a configuration reads besides its own text: environment variables and files. Handed in, so that tests
// need neither.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace weir::config {

struct Environment {
  // The variable's value, or nothing if it isn't set.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // The file's whole text. An error says why not, as the system does: "No such file or directory".
  std::function<std::expected<std::string, std::string>(const std::filesystem::path&)> read_file;
};

// The process's own. Files are read up to 2 MiB; what is longer is an error.
Environment process_environment();

}  // namespace weir::config
