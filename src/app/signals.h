// The signals that tell weir to end.
#pragma once

namespace weir::app {

// Call before the first thread: from then on SIGTERM, SIGINT and SIGHUP reach only wait_for_end.
void hold_signals();

// Waits for SIGTERM or SIGINT. SIGHUP is logged and passed over: reloading is not built yet. Afterwards a
// further SIGTERM changes nothing, because supervisors repeat it, and a SIGINT (somebody presses Ctrl-C
// again) ends the process at once.
void wait_for_end();

}  // namespace weir::app
