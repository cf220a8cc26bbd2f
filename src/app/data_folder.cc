#include "app/data_folder.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <system_error>

#include "runtime/descriptor.h"

namespace weir::app {
namespace {

std::string random_key() {
  std::array<unsigned char, 24> bytes;
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return {};
  std::string key = "sk-weir-";
  for (auto byte : bytes) key += fmt::format("{:02x}", byte);
  return key;
}

std::unexpected<std::string> cannot(std::string_view what, const std::filesystem::path& path,
                                    std::error_code why) {
  return std::unexpected(fmt::format("can't {} {}: {}", what, path.string(), why.message()));
}

}  // namespace

std::expected<void, std::string> make_data_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return cannot("make the data folder", folder, error);
  if (access(folder.c_str(), W_OK) != 0) {
    return cannot("write to the data folder", folder, std::error_code(errno, std::system_category()));
  }
  return {};
}

std::expected<std::optional<std::string>, std::string> make_master_key(const std::filesystem::path& folder) {
  auto file = folder / "master_key";
  runtime::Descriptor made(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!made && errno == EEXIST) return std::nullopt;
  if (!made) return cannot("make", file, std::error_code(errno, std::system_category()));
  std::string key = random_key();
  std::string line = key + "\n";
  if (key.empty() || write(made.number(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    unlink(file.c_str());
    return cannot("write", file, std::error_code(errno, std::system_category()));
  }
  return key;
}

}  // namespace weir::app
