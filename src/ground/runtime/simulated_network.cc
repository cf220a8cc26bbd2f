#include "runtime/simulated_network.h"

#include <string>

#include "runtime/transport.h"

namespace weir::runtime {
namespace {

class SimulatedTransport final : public Transport {
 public:
  SimulatedTransport(Loop& loop, IoError::Kind broken) : Transport(loop), how_broken_(broken) {
    set_readable(false);
  }
  ~SimulatedTransport() override { leave(); }

  static void connect(SimulatedTransport& a, SimulatedTransport& b) {
    a.peer_ = &b;
    b.peer_ = &a;
  }

  std::optional<Io<std::size_t>> try_read(std::span<char> into) override {
    if (arrived_.empty()) {
      if (broken_) return failed(how_broken_);
      if (peer_gone()) return std::size_t{0};
      set_readable(false);
      return std::nullopt;
    }
    std::size_t n = std::min(into.size(), arrived_.size());
    std::memcpy(into.data(), arrived_.data(), n);
    arrived_.erase(0, n);
    if (arrived_.empty() && !peer_gone()) set_readable(false);
    if (peer_ != nullptr) peer_->progress();
    return n;
  }

  std::optional<Io<void>> try_write(UnsentParts& parts) override {
    while (!parts.done()) {
      if (broken_ || peer_ == nullptr) return failed(how_broken_);
      auto part = parts.parts().front();
      std::size_t room = kSimulatedWindow - std::min(kSimulatedWindow, peer_->arrived_.size());
      if (room == 0) return std::nullopt;
      std::size_t n = std::min(room, part.size());
      peer_->arrived_.append(part.substr(0, n));
      parts.advance(n);
      peer_->set_readable(true);
      peer_->progress();
    }
    return Io<void>{};
  }

  void shutdown_write() override {
    if (peer_ != nullptr) peer_->peer_ended();
  }

  void reset() override {
    if (peer_ != nullptr) peer_->broken_ = true;
    leave();
  }

  void on_events(std::uint32_t) override {}

 private:
  void leave() {
    if (peer_ == nullptr) return;
    auto* peer = std::exchange(peer_, nullptr);
    peer->peer_ = nullptr;
    peer->peer_ended();
  }
  void peer_ended() {
    note_peer_gone();
    progress();
  }

  SimulatedTransport* peer_ = nullptr;
  std::string arrived_;
  const IoError::Kind how_broken_;
  bool broken_ = false;
};

}  // namespace

std::pair<Socket, Socket> simulated_connection(Loop& loop, IoError::Kind broken) {
  auto a = std::make_unique<SimulatedTransport>(loop, broken);
  auto b = std::make_unique<SimulatedTransport>(loop, IoError::Kind::reset);
  SimulatedTransport::connect(*a, *b);
  return {Socket(std::move(a)), Socket(std::move(b))};
}

}  // namespace weir::runtime
