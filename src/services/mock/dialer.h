// Connections to the simulated provider without a network: what weir dials when a provider's kind is
// `simulated`.
#pragma once

#include "mock/service.h"
#include "runtime/dialer.h"
#include "runtime/task_group.h"

namespace weir::mock {

// One loop's. Whatever the destination says, the other end is `service`, which must outlive it.
class InProcessDialer final : public runtime::Dialer {
 public:
  InProcessDialer(Loop& loop, Service& service) : loop_(loop), service_(service), connections_(loop) {}

  // From now on whoever dials sees the script's resets as this.
  void break_as(IoError::Kind kind) { broken_ = kind; }

  // Fails with refused where the script says so.
  Task<Io<Socket>> dial(const runtime::Destination& to, Until until) override;

 private:
  Loop& loop_;
  Service& service_;
  IoError::Kind broken_ = IoError::Kind::reset;
  Cancellation stop_;  // never used: connections end with the group
  TaskGroup connections_;
};

}  // namespace weir::mock
