// Commands that ask a running weir over its API. Each gives the process's exit code.
#pragma once

#include "terminal/parse.h"

namespace weir::app {

int status(const terminal::Arguments& arguments);
int cache_stats(const terminal::Arguments& arguments);
int cache_purge(const terminal::Arguments& arguments);
int route(const terminal::Arguments& arguments);
int route_open(const terminal::Arguments& arguments);
int route_close(const terminal::Arguments& arguments);
int route_auto(const terminal::Arguments& arguments);
// Shows the level, or sets it where one is given.
int level(const terminal::Arguments& arguments);

}  // namespace weir::app
