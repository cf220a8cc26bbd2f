// Taking a changed configuration while weir runs: whole, or not at all.
#pragma once

#include <string_view>

#include "app/configuration.h"
#include "app/gateway.h"

namespace weir::app {

// The main thread's. Everything given must outlive it.
class Reload {
 public:
  // `in_force` is what the gateway goes by now, `watch` looks at the file of the source, if it has one.
  Reload(ConfigurationSource source, std::optional<FileWatch> watch, const config::Environment& environment,
         config::Settings in_force, Gateway& gateway);

  // Reads the configuration and puts it in force, for all calls that begin from then on. One that is bad, or
  // differs in what needs a restart, is refused: the log and /readyz say why until a good one comes, and
  // nothing changes.
  void reload(std::string_view reason);
  // Call it once a second: reloads when the file has changed.
  void look_at_file();

 private:
  std::expected<void, std::string> apply();

  const ConfigurationSource source_;
  const config::Environment& environment_;
  config::Settings in_force_;
  Gateway& gateway_;
  std::optional<FileWatch> watch_;
};

}  // namespace weir::app
