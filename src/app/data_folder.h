// The folder that weir keeps its data in.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

namespace weir::app {

// Makes the folder if it isn't there. Fails with a sentence.
std::expected<void, std::string> make_data_folder(const std::filesystem::path& folder);

// Makes the file `master_key` in it (mode 0600) if there is none yet: a random key for whoever wants to
// configure one. Returns the key only when it was made now, to be shown once. Fails with a sentence.
std::expected<std::optional<std::string>, std::string> make_master_key(const std::filesystem::path& folder);

// The installation's secret, which keys the cache: 32 random bytes in the file `secret` (mode 0600), made if
// it isn't there. Another secret makes another cache, and nothing else. Fails with a sentence.
std::expected<std::array<std::uint8_t, 32>, std::string> installation_secret(
    const std::filesystem::path& folder);

}  // namespace weir::app
