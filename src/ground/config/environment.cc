#include "config/environment.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <system_error>

namespace weir::config {
namespace {

constexpr std::size_t kLongestFile = 2 << 20;

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

std::string last_error() { return std::generic_category().message(errno); }

std::expected<std::string, std::string> read_file(const std::filesystem::path& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), &std::fclose);
  if (!file) return std::unexpected(last_error());
  std::string text(kLongestFile + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return std::unexpected(last_error());
  if (text.size() > kLongestFile) return std::unexpected("larger than 2 MiB");
  return text;
}

}  // namespace

Environment process_environment() { return {.variable = variable, .read_file = read_file}; }

}  // namespace weir::config
