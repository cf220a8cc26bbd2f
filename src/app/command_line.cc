#include "app/command_line.h"

#include <unistd.h>

#include "app/commands.h"
#include "app/output.h"
#include "terminal/help.h"
#include "terminal/parse.h"
#include "terminal/screen.h"

namespace weir::app {
namespace {

// simdjson was compiled for these (wire/CMakeLists.txt).
bool processor_is_good_enough() {
#ifdef __x86_64__
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") &&
         __builtin_cpu_supports("popcnt");
#else
  return true;
#endif
}

}  // namespace

int run(int argc, char** argv) {
  if (!processor_is_good_enough()) {
    complain("weir", "this processor lacks SSE4.2 or PCLMUL, which weir is built for");
    return kWrongUsage;
  }
  auto environment = config::process_environment();
  auto line = terminal::parse(commands(), std::vector<std::string>(argv + std::min(argc, 1), argv + argc),
                              environment);
  if (!line) {
    fmt::print(stderr, "{}\n", line.error().sentence);
    return kWrongUsage;
  }
  switch (line->wish) {
    case terminal::Wish::help:
      return say(terminal::help_of(line->called, terminal::screen_of(STDOUT_FILENO, environment)));
    case terminal::Wish::version:
      return say(fmt::format("weir {}\n", kEdition.version));
    case terminal::Wish::run:
      break;
  }
  return line->called.command->run(line->arguments);
}

}  // namespace weir::app
