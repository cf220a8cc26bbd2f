// Configuration files: no bytes make the loader crash, throw or hang, and every refusal says something.
#include "config/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::config;
  Environment nothing{.variable = [](const std::string&) { return std::optional<std::string>("value"); },
                      .read_file = [](const std::filesystem::path&) { return std::string("text"); }};
  auto settings = load({reinterpret_cast<const char*>(data), size}, "f", nothing);
  if (settings) return 0;
  if (settings.error().empty()) __builtin_trap();
  for (const auto& problem : settings.error()) {
    if (problem.text.empty()) __builtin_trap();
  }
  return 0;
}
