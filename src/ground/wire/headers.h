// Which headers pass through weir: short lists, so that what nobody thought of stays out.
#pragma once

#include <string_view>

#include "model/dialect.h"

namespace weir::wire {

// A caller's header that the provider of this dialect gets. Credentials, cookies, forwarding and hop-by-hop
// headers, and those that weir itself understands, never do.
bool goes_to_provider(Dialect dialect, std::string_view name);

// A provider's header that the caller gets: content type, request ids, quotas, timings. Not the
// organisation's name, cookies, or anything about the provider's own servers.
bool goes_to_caller(std::string_view name);

// Of those, the ones that belong to the answer itself and are kept with it: not the quotas and times of the
// moment when it was made, and not the content type, which depends on the mode in which it is served.
bool stays_with_answer(std::string_view name);

}  // namespace weir::wire
