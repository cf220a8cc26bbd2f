#include "app/data_folder.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <system_error>

#include "base/try.h"
#include "runtime/descriptor.h"

namespace weir::app {
namespace {

std::string random_bytes(std::size_t n) {
  std::string bytes(n, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(n)) != 1) return {};
  return bytes;
}

std::string random_key() {
  std::string key = "sk-weir-";
  for (char byte : random_bytes(24)) key += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return key;
}

std::unexpected<std::string> cannot(std::string_view what, const std::filesystem::path& path,
                                    std::error_code why) {
  return std::unexpected(fmt::format("can't {} {}: {}", what, path.string(), why.message()));
}

// A file that only this user may read; whether it was made, because it wasn't there.
std::expected<bool, std::string> make_private_file(const std::filesystem::path& file, std::string_view text) {
  runtime::Descriptor made(open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!made && errno == EEXIST) return false;
  if (!made) return cannot("make", file, std::error_code(errno, std::system_category()));
  if (write(made.number(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    unlink(file.c_str());
    return cannot("write", file, std::error_code(errno, std::system_category()));
  }
  return true;
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
  std::string key = random_key();
  if (!TRY(make_private_file(folder / "master_key", key + "\n"))) return std::nullopt;
  return key;
}

std::expected<std::array<std::uint8_t, 32>, std::string> installation_secret(
    const std::filesystem::path& folder) {
  std::array<std::uint8_t, 32> secret;
  auto file = folder / "secret";
  TRY(make_private_file(file, random_bytes(secret.size())));
  runtime::Descriptor kept(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!kept || read(kept.number(), secret.data(), secret.size()) != static_cast<ssize_t>(secret.size())) {
    return std::unexpected(
        fmt::format("{} is no secret of 32 bytes; remove it, and another is made", file.string()));
  }
  return secret;
}

}  // namespace weir::app
