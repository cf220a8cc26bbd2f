// `weir serve`: the gateway, until it is told to end.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace weir::app {

struct ServeOptions {
  std::optional<std::filesystem::path>
      config;  // none: the simulated provider, and those whose key is in the environment
  std::optional<std::filesystem::path> data_dir;
  std::optional<std::string> listen;
};

// The process's exit code.
int serve(const ServeOptions& options);

}  // namespace weir::app
