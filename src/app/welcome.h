// What `weir serve` says once it takes calls: ten lines at most, however much is configured.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "telemetry/degradations.h"

namespace weir::app {

struct Welcome {
  struct Provider {
    std::string name;
    std::size_t keys = 0;
  };
  struct NewKey {
    std::filesystem::path file;
    std::string value;
  };
  enum class Callers { this_machine, with_master_key };

  std::string url;
  std::size_t loops = 1;
  std::optional<std::filesystem::path> configuration = {};  // none: defaults, and keys from the environment
  std::vector<Provider> providers = {};
  std::vector<std::string> models = {};
  std::vector<telemetry::Degradation> degraded = {};
  Callers callers = Callers::this_machine;
  std::optional<NewKey> new_key = {};  // made now, and shown only here
};

// What the settings say of it; `port` is the one that was taken. The rest is for whoever starts weir to add.
Welcome welcome_of(const config::Settings& settings, std::uint16_t port);

// Lists are cut so that each fits into a line of `columns`; files and the new key never are.
std::string to_text(const Welcome& welcome, std::size_t columns = 80);

}  // namespace weir::app
