#include "listener/admission.h"

namespace weir::listener {

bool Admission::enter(const PeerAddress& peer) {
  std::lock_guard lock(mutex_);
  if (open_ >= most_) return false;
  if (!peer.is_loopback()) {
    auto& of_address = by_address_[peer];
    if (of_address >= most_of_one_address_) return false;
    ++of_address;
  }
  ++open_;
  return true;
}

void Admission::leave(const PeerAddress& peer) {
  std::lock_guard lock(mutex_);
  --open_;
  if (peer.is_loopback()) return;
  auto found = by_address_.find(peer);
  if (--found->second == 0) by_address_.erase(found);
}

std::size_t Admission::open() const {
  std::lock_guard lock(mutex_);
  return open_;
}

}  // namespace weir::listener
