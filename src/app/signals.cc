#include "app/signals.h"

#include <pthread.h>

#include <cerrno>
#include <csignal>

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

void wait_for_end(const WhileWaiting& meanwhile) {
  sigset_t set = held_signals();
  constexpr timespec kSecond{.tv_sec = 1, .tv_nsec = 0};
  while (true) {
    int number = sigtimedwait(&set, nullptr, &kSecond);
    if (number == SIGTERM || number == SIGINT) break;
    if (number == SIGHUP) meanwhile.on_hangup();
    if (number < 0 && errno == EAGAIN) meanwhile.each_second();
  }
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr);
}

}  // namespace weir::app
