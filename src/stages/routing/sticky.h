// What calls that belong together have in common, so that they go where the provider may still have the
// beginning of their prompt in its own cache.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::routing {

// A number made of the body's first KiB: of calls whose bodies begin alike the same one, in every process of
// one build. Never 0. Not cryptographic: who wants to can make bodies that share a number, and gains nothing
// but their going to the same target.
std::uint64_t sticky_key(std::string_view body);

}  // namespace weir::routing
