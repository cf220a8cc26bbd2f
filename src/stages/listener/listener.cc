#include "listener/listener.h"

#include "telemetry/log.h"

namespace weir::listener {

Task<void> Listener::accept() {
  while (true) {
    auto accepted = co_await acceptor_->accept({TimePoint::max(), &stop_accepting_});
    if (accepted) {
      sessions_.take(*std::move(accepted));
      continue;
    }
    if (accepted.error().kind == IoError::Kind::cancelled) co_return;
    // Out of descriptors: those who wait go on waiting in the kernel's queue until one is free.
    telemetry::log_error("accept_failed", {{"reason", accepted.error().detail}});
    co_await runtime::pause(loop_, std::chrono::milliseconds(100), &stop_accepting_);
  }
}

Task<void> Listener::end() {
  co_await sessions_.end();
  stop_accepting_.cancel(StopReason::draining);
  co_await tasks_.wait_until_empty({TimePoint::max()});
  // Closing would reset who waits in the kernel's queue.
  while (auto waiting = acceptor_->accept_waiting()) sessions_.take(*std::move(waiting));
  acceptor_.reset();
  co_await sessions_.end();
}

}  // namespace weir::listener
