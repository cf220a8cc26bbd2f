// The versions of HTTP that this codec speaks.
#pragma once

namespace weir::http {

enum class Version { http_1_0, http_1_1 };

}  // namespace weir::http
