// Where the settings come from: a file or the environment, and the command line.
#pragma once

#include <compare>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "config/environment.h"
#include "config/settings.h"

namespace weir::app {

struct ConfigurationSource {
  std::optional<std::filesystem::path> file;  // none: the simulated provider, and those whose key is in the
                                              // environment
  std::optional<std::filesystem::path> data_dir;  // in place of the file's
  std::optional<std::string> listen;
};

// The settings as they are now. Fails with a line for each problem.
std::expected<config::Settings, std::string> read_settings(const ConfigurationSource& source,
                                                           const config::Environment& environment);

// How the log is written: JSON where nobody looks at a terminal.
telemetry::LogOptions log_options_of(const config::LogSettings& settings);

// Notices that a file has changed, by what the system says of it and not by its content: size, time of
// change, and which file it is, so that one that is moved into place is noticed, too.
class FileWatch {
 public:
  explicit FileWatch(std::filesystem::path file) : file_(std::move(file)), seen_(look()), told_(seen_) {}
  // True once for each change, when the file has stayed as it is since the last call: it may still be being
  // written before.
  bool changed();

 private:
  struct Stamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = -1;  // there is none
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    auto operator<=>(const Stamp&) const = default;
  };
  Stamp look() const;

  std::filesystem::path file_;
  Stamp seen_;
  Stamp told_;
};

}  // namespace weir::app
