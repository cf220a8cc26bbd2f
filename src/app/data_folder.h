// The folder that weir keeps its data in.
#pragma once

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

}  // namespace weir::app
