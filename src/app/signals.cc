#include "app/signals.h"

#include <pthread.h>

#include <csignal>

#include "telemetry/log.h"

namespace weir::app {
namespace {

// Those that wait_for_end takes, and no thread else.
sigset_t held_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

void hold_signals() {
  sigset_t set = held_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A caller that leaves while we write is an error of that write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
}

void wait_for_end() {
  sigset_t set = held_signals();
  while (true) {
    int number = 0;
    if (sigwait(&set, &number) != 0) continue;
    if (number != SIGHUP) break;
    telemetry::log_warning("reload_not_built", {{"advice", "restart weir to use a changed configuration"}});
  }
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr);
}

}  // namespace weir::app
