#include "app/serve.h"

#include <random>

#include "app/command_line.h"
#include "app/data_folder.h"
#include "app/gateway.h"
#include "app/reload.h"
#include "app/signals.h"
#include "app/welcome.h"
#include "cache/allocator.h"
#include "runtime/descriptor.h"
#include "telemetry/log.h"

namespace weir::app {
namespace {

// What somebody who has just started weir wants to know.
void greet(const config::Settings& settings, const Gateway& gateway, const ConfigurationSource& source,
           std::optional<std::string> new_key) {
  Welcome welcome = welcome_of(settings, gateway.port());
  welcome.loops = gateway.loops();
  welcome.configuration = source.file;
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

int serve(const ConfigurationSource& source) {
  auto environment = config::process_environment();
  // Before it is read, so that no later change is missed.
  std::optional<FileWatch> watch;
  if (source.file) watch.emplace(*source.file);
  auto settings = read_settings(source, environment);
  if (!settings) return wrong_usage(settings.error());

  // All three before the first thread.
  cache::settle_allocator();
  hold_signals();
  std::size_t descriptors = runtime::prepare_descriptor_table(Gateway::descriptors_wanted(*settings));
  telemetry::Logging logging(log_options_of(settings->log));

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
  greet(*settings, **gateway, source, std::move(new_key));

  Reload reload(source, std::move(watch), environment, *settings, **gateway);
  wait_for_end(
      {.on_hangup = [&] { reload.reload("SIGHUP"); }, .each_second = [&] { reload.look_at_file(); }});
  telemetry::log_info("draining");
  (*gateway)->begin_draining();
  (*gateway)->join();
  telemetry::log_info("ended");
  return kFine;
}

}  // namespace weir::app
