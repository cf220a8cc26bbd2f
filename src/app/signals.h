// The signals that tell weir to end, or to read its configuration again.
#pragma once

#include <functional>

namespace weir::app {

// Call before the first thread: from then on SIGTERM, SIGINT and SIGHUP reach only wait_for_end.
void hold_signals();

struct WhileWaiting {
  std::function<void()> on_hangup = [] {};  // SIGHUP
  std::function<void()> each_second = [] {};
};

// Waits for SIGTERM or SIGINT. Afterwards a further SIGTERM changes nothing, because supervisors repeat it,
// and a SIGINT (somebody presses Ctrl-C again) ends the process at once.
void wait_for_end(const WhileWaiting& meanwhile = {});

}  // namespace weir::app
