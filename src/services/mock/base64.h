// RFC 4648 section 4, with padding.
#pragma once

#include <string>
#include <string_view>

namespace weir::mock {

std::string base64(std::string_view bytes);

}  // namespace weir::mock
