// `weir serve`: the gateway, until it is told to end.
#pragma once

#include "app/configuration.h"

namespace weir::app {

// The process's exit code.
int serve(const ConfigurationSource& source);

}  // namespace weir::app
