#include "app/check.h"

#include <unistd.h>

#include "app/command_line.h"
#include "app/output.h"
#include "config/load.h"
#include "terminal/settings_report.h"

namespace weir::app {

int check(const std::filesystem::path& file, CheckOutput output) {
  auto environment = config::process_environment();
  auto settings = config::load_file(file, environment);
  if (!settings) {
    for (const auto& problem : settings.error()) fmt::print(stderr, "{}\n", config::to_string(problem));
    return kWrongUsage;
  }
  if (output == CheckOutput::json) return say(terminal::settings_json(*settings));
  auto screen = terminal::screen_of(STDOUT_FILENO, environment);
  return say(fmt::format("{} is {}.\n\n{}", file.string(), screen.inked(terminal::Ink::good, "fine"),
                         terminal::settings_report(*settings, screen)));
}

}  // namespace weir::app
