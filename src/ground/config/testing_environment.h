// An Environment for tests: the variables and files that a test names, and no others.
#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "config/environment.h"

namespace weir::config {

// Must outlive the Environments it hands out.
struct TestingEnvironment {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;

  Environment environment() const {
    return {
        .variable = [this](const std::string& name) -> std::optional<std::string> {
          auto found = variables.find(name);
          if (found == variables.end()) return std::nullopt;
          return found->second;
        },
        .read_file = [this](const std::filesystem::path& path) -> std::expected<std::string, std::string> {
          auto found = files.find(path.string());
          if (found == files.end()) return std::unexpected("No such file or directory");
          return found->second;
        }};
  }
};

}  // namespace weir::config
