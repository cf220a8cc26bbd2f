#include "app/serve.h"

#include <unistd.h>

#include <random>

#include "app/command_line.h"
#include "app/data_folder.h"
#include "app/gateway.h"
#include "app/signals.h"
#include "app/welcome.h"
#include "base/try.h"
#include "cache/allocator.h"
#include "config/check.h"
#include "config/defaults.h"
#include "config/load.h"
#include "runtime/descriptor.h"
#include "telemetry/log.h"

namespace weir::app {
namespace {

std::expected<config::Settings, std::string> read_settings(const ServeOptions& options,
                                                           const config::Environment& environment) {
  auto settings = options.config ? config::load_file(*options.config, environment)
                                 : config::default_settings(environment);
  if (!settings) {
    std::string text;
    for (const auto& problem : settings.error()) text += config::to_string(problem) + "\n";
    text.pop_back();
    return std::unexpected(text);
  }
  if (options.data_dir) settings->data_dir = *options.data_dir;
  if (options.listen) {
    auto address = config::ListenAddress::parse(*options.listen);
    if (!address) return std::unexpected(fmt::format("--listen {}", address.error()));
    settings->listen = *std::move(address);
  }
  if (auto why = config::why_not_listen(settings->listen, settings->auth)) return std::unexpected(*why);
  return *std::move(settings);
}

telemetry::LogOptions log_options(const config::LogSettings& settings) {
  using Format = telemetry::LogOptions::Format;
  bool json = settings.format == config::LogFormat::json ||
              (settings.format == config::LogFormat::automatic && isatty(STDERR_FILENO) == 0);
  return {.format = json ? Format::json : Format::text, .level = settings.level};
}

// What somebody who has just started weir wants to know.
void greet(const config::Settings& settings, const Gateway& gateway, const ServeOptions& options,
           std::optional<std::string> new_key) {
  Welcome welcome = welcome_of(settings, gateway.port());
  welcome.loops = gateway.loops();
  welcome.configuration = options.config;
  welcome.degraded = gateway.degraded();
  if (new_key) welcome.new_key = {.file = settings.data_dir / "master_key", .value = *std::move(new_key)};
  fmt::print("{}", to_text(welcome));
  std::fflush(stdout);
}

int wrong_usage(std::string_view sentence) {
  fmt::print(stderr, "weir: {}\n", sentence);
  return kWrongUsage;
}

}  // namespace

int serve(const ServeOptions& options) {
  auto environment = config::process_environment();
  auto settings = read_settings(options, environment);
  if (!settings) return wrong_usage(settings.error());

  // All three before the first thread.
  cache::settle_allocator();
  hold_signals();
  std::size_t descriptors = runtime::prepare_descriptor_table(Gateway::descriptors_wanted(*settings));
  telemetry::Logging logging(log_options(settings->log));

  if (auto made = make_data_folder(settings->data_dir); !made) return wrong_usage(made.error());

  auto secret = installation_secret(settings->data_dir);
  if (!secret) return wrong_usage(secret.error());

  SystemClock clock;
  std::uint64_t seed = std::random_device{}();
  auto gateway = Gateway::prepare(*settings, environment, clock, seed, descriptors, *secret);
  if (!gateway) return wrong_usage(gateway.error());
  // Only now, when nothing can refuse the start any more: it is shown once.
  std::optional<std::string> new_key;
  if (settings->auth.master_key.empty()) {
    auto made = make_master_key(settings->data_dir);
    if (!made) return wrong_usage(made.error());
    new_key = *std::move(made);
  }
  (*gateway)->start();
  greet(*settings, **gateway, options, std::move(new_key));

  wait_for_end();
  telemetry::log_info("draining");
  (*gateway)->begin_draining();
  (*gateway)->join();
  telemetry::log_info("ended");
  return kFine;
}

}  // namespace weir::app
