// `weir mock`: the simulated provider as a server of its own.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace weir::app {

inline constexpr std::string_view kMockListen = "127.0.0.1:9009";

struct SimulateOptions {
  std::string listen{kMockListen};
  std::optional<std::filesystem::path> script;
  std::size_t loops = 0;  // 0: one for each core
};

// The process's exit code.
int simulate(const SimulateOptions& options);

}  // namespace weir::app
