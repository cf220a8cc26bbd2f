#include "app/check.h"

#include "app/command_line.h"
#include "config/load.h"

namespace weir::app {

int check(const std::filesystem::path& file) {
  auto settings = config::load_file(file, config::process_environment());
  if (settings) {
    fmt::print("{}: fine ({} providers, {} models)\n", file.string(), settings->providers.size(),
               settings->models.size());
    return kFine;
  }
  for (const auto& problem : settings.error()) fmt::print(stderr, "{}\n", config::to_string(problem));
  return kWrongUsage;
}

}  // namespace weir::app
