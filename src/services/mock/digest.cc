#include "mock/digest.h"

namespace weir::mock {

std::string id_from(std::uint64_t digest) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t kLength = 24;
  std::string id;
  for (std::size_t i = 0; i < kLength; ++i) id += kLetters[mix(digest + i) % kLetters.size()];
  return id;
}

}  // namespace weir::mock
