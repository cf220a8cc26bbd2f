#include "app/reload.h"

#include "base/try.h"
#include "config/restart.h"
#include "telemetry/log.h"

namespace weir::app {
namespace {

// Of many problems the first: the log has them all.
std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

// At a start a configuration may be empty, or come through a pipe. Later, an empty file is one that somebody
// is about to write, and would take all models away; and a pipe could keep us waiting, deaf to every signal.
std::expected<void, std::string> require_written(const std::filesystem::path& file) {
  std::error_code unknown;
  auto status = std::filesystem::status(file, unknown);
  if (!std::filesystem::exists(status)) return {};  // whoever reads it says why
  if (!std::filesystem::is_regular_file(status))
    return std::unexpected(fmt::format("{}: is not a file", file.string()));
  if (std::filesystem::file_size(file, unknown) == 0)
    return std::unexpected(fmt::format("{}: is empty", file.string()));
  return {};
}

}  // namespace

Reload::Reload(ConfigurationSource source, std::optional<FileWatch> watch,
               const config::Environment& environment, config::Settings in_force, Gateway& gateway)
    : source_(std::move(source)),
      environment_(environment),
      in_force_(std::move(in_force)),
      gateway_(gateway),
      watch_(std::move(watch)) {}

void Reload::look_at_file() {
  if (watch_ && watch_->changed()) reload("the file has changed");
}

void Reload::reload(std::string_view reason) {
  auto applied = apply();
  if (applied) {
    gateway_.note_reload(std::nullopt);
    telemetry::log_info("reloaded", {{"reason", reason}});
    return;
  }
  gateway_.note_reload(
      fmt::format("a changed configuration was refused, and the one before stays in force: {}",
                  first_line(applied.error())));
  telemetry::log_error("reload_refused", {{"reason", reason}, {"problems", applied.error()}});
}

std::expected<void, std::string> Reload::apply() {
  if (source_.file) TRY(require_written(*source_.file));
  auto settings = TRY(read_settings(source_, environment_));
  std::string names;
  for (const auto& name : config::restart_needed(in_force_, settings))
    names += (names.empty() ? "" : ", ") + name;
  if (!names.empty()) return std::unexpected(fmt::format("{}: takes effect only by a restart", names));
  TRY(gateway_.apply(settings, environment_));
  in_force_ = std::move(settings);
  return {};
}

}  // namespace weir::app
