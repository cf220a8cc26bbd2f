#include "app/command_line.h"

#include <CLI/CLI.hpp>

#include "app/check.h"
#include "app/serve.h"
#include "app/simulate.h"
#include "base/text.h"

namespace weir::app {
namespace {

constexpr const char* kVersion = "weir 0.1.0";

// simdjson was compiled for these (wire/CMakeLists.txt).
bool processor_is_good_enough() {
#ifdef __x86_64__
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") &&
         __builtin_cpu_supports("popcnt");
#else
  return true;
#endif
}

const std::array<std::string, 3> kCommands{"serve", "mock", "check"};

// What is wrong with the first argument, if it should be a command and is none.
std::optional<std::string> unknown_command(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-' || std::ranges::find(kCommands, argv[1]) != kCommands.end())
    return std::nullopt;
  auto nearest = nearest_name(argv[1], kCommands);
  return fmt::format("there is no command \"{}\"{}; weir --help lists them", argv[1],
                     nearest ? fmt::format(" (did you mean {}?)", *nearest) : "");
}

}  // namespace

int run(int argc, char** argv) {
  if (!processor_is_good_enough()) {
    fmt::print(stderr, "weir: this processor lacks SSE4.2 or PCLMUL, which weir is built for\n");
    return kWrongUsage;
  }
  if (auto unknown = unknown_command(argc, argv)) {
    fmt::print(stderr, "weir: {}\n", *unknown);
    return kWrongUsage;
  }
  CLI::App app(
      "weir is an AI gateway: change your application's base_url, and its calls to OpenAI and Anthropic go\n"
      "through here.");
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);

  ConfigurationSource serving;
  auto* serve_command =
      app.add_subcommand("serve",
                         "Run the gateway. Without a file: the simulated provider, and every "
                         "provider whose key is in the environment");
  serve_command->add_option("--config", serving.file, "The configuration file (docs/configuration.md)");
  serve_command->add_option("--data-dir", serving.data_dir,
                            "Where weir keeps its data (default ./weir-data)");
  serve_command->add_option("--listen", serving.listen, "HOST:PORT (default 127.0.0.1:4000)");

  SimulateOptions simulating;
  auto* mock_command = app.add_subcommand("mock", "Run the simulated provider as a server of its own");
  mock_command->add_option("--listen", simulating.listen, "HOST:PORT")->capture_default_str();
  mock_command->add_option("--script", simulating.script,
                           "What it answers, how fast, and with which faults (YAML)");
  mock_command->add_option("--loops", simulating.loops, "Event loops; 0: one for each core")
      ->capture_default_str();

  std::filesystem::path checked;
  auto* check_command = app.add_subcommand("check", "Say what is wrong with a configuration file");
  check_command->add_option("FILE", checked, "The configuration file")->required();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kFine : kWrongUsage;
  }
  if (*serve_command) return serve(serving);
  if (*mock_command) return simulate(simulating);
  return check(checked);
}

}  // namespace weir::app
