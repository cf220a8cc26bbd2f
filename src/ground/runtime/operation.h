// Trying until it works: how everything that a descriptor may refuse for now is awaited.
#pragma once

#include <optional>

#include "runtime/io_error.h"
#include "runtime/waiter.h"

namespace weir::runtime {

// The error of a wait that ended without a result of its own.
IoError interrupted(Wake why);

// Waits in a slot of a transport (or a listening socket), which calls it when there is news.
class PendingOperation {
 public:
  // Tries again; if it is finished now, wakes its coroutine.
  virtual void on_progress() = 0;

 protected:
  ~PendingOperation() = default;
};

// Awaits what `Attempt` brings: a callable that gives std::optional<Io<T>>, nothing while it would block. The
// slot must outlive the operation; a slot has room for one.
template <class T, class Attempt>
class Operation final : PendingOperation {
 public:
  Operation(PendingOperation*& slot, Loop& loop, const Until& until, Attempt attempt)
      : slot_(slot), loop_(loop), until_(until), attempt_(std::move(attempt)) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  ~Operation() {
    if (slot_ == this) slot_ = nullptr;
  }

  bool await_ready() {
    result_ = attempt_();
    return result_.has_value();
  }
  void await_suspend(std::coroutine_handle<> coroutine) {
    slot_ = this;
    waiter_.suspend(coroutine, loop_, until_);
  }
  Io<T> await_resume() {
    if (result_) return *std::move(result_);
    return std::unexpected(interrupted(waiter_.result()));
  }

 private:
  void on_progress() override {
    if (!waiter_.suspended()) return;
    result_ = attempt_();
    if (result_) waiter_.wake(Wake::ready);
  }

  PendingOperation*& slot_;
  Loop& loop_;
  Until until_;
  Attempt attempt_;
  std::optional<Io<T>> result_;
  Waiter waiter_;
};

}  // namespace weir::runtime
