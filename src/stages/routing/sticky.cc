#include "routing/sticky.h"

#include <algorithm>
#include <functional>

namespace weir::routing {

std::uint64_t sticky_key(std::string_view body) {
  return std::max<std::uint64_t>(1, std::hash<std::string_view>{}(body.substr(0, 1024)));
}

}  // namespace weir::routing
