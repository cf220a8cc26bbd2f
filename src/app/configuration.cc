#include "app/configuration.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/check.h"
#include "config/defaults.h"
#include "config/load.h"

namespace weir::app {

std::expected<config::Settings, std::string> read_settings(const ConfigurationSource& source,
                                                           const config::Environment& environment) {
  auto settings =
      source.file ? config::load_file(*source.file, environment) : config::default_settings(environment);
  if (!settings) {
    std::string text;
    for (const auto& problem : settings.error()) text += config::to_string(problem) + "\n";
    text.pop_back();
    return std::unexpected(text);
  }
  if (source.data_dir) settings->data_dir = *source.data_dir;
  if (source.listen) {
    auto address = config::ListenAddress::parse(*source.listen);
    if (!address) return std::unexpected(fmt::format("--listen {}", address.error()));
    settings->listen = *std::move(address);
  }
  if (auto why = config::why_not_listen(settings->listen, settings->auth))
    return std::unexpected(fmt::format("{} {}", config::to_string(settings->listen), *why));
  return *std::move(settings);
}

telemetry::LogOptions log_options_of(const config::LogSettings& settings) {
  using Format = telemetry::LogOptions::Format;
  bool json = settings.format == config::LogFormat::json ||
              (settings.format == config::LogFormat::automatic && isatty(STDERR_FILENO) == 0);
  return {.format = json ? Format::json : Format::text, .level = settings.level};
}

bool FileWatch::changed() {
  Stamp now = look();
  bool settled = now == seen_;
  seen_ = now;
  if (!settled || now == told_) return false;
  told_ = now;
  return true;
}

FileWatch::Stamp FileWatch::look() const {
  struct stat status{};
  if (stat(file_.c_str(), &status) != 0) return {};
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = status.st_size,
          .seconds = status.st_mtim.tv_sec,
          .nanoseconds = status.st_mtim.tv_nsec};
}

}  // namespace weir::app
