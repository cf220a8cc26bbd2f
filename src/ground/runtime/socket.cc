#include "runtime/socket.h"

#include "runtime/transport.h"

namespace weir::runtime {

IoError interrupted(Wake why) {
  return {why == Wake::timed_out ? IoError::Kind::timed_out : IoError::Kind::cancelled};
}

UnsentParts::UnsentParts(std::span<const std::string_view> parts) {
  for (auto part : parts) {
    if (!part.empty()) parts_.at(count_++) = part;
  }
}

void UnsentParts::advance(std::size_t sent) {
  while (first_ < count_ && sent >= parts_[first_].size()) sent -= parts_[first_++].size();
  if (sent > 0) parts_[first_].remove_prefix(sent);
}

void Transport::note_peer_gone() {
  peer_gone_ = true;
  readable_ = true;  // the end, or the error, can be read
  if (on_hangup != nullptr) on_hangup->cancel(StopReason::client_gone);
}

void Transport::progress() {
  if (reader != nullptr) reader->on_progress();
  if (writer != nullptr) writer->on_progress();
}

Socket::Socket() = default;
Socket::Socket(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {}
Socket::Socket(Socket&&) noexcept = default;
Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(transport_, other.transport_);
  return *this;
}
Socket::~Socket() { close(); }

Socket::ReadOperation Socket::read(std::span<char> into, const Until& until) {
  return {transport_->reader, transport_->loop(), until, ReadAttempt{*transport_, into}};
}
Socket::ReadableOperation Socket::readable(const Until& until) {
  return {transport_->reader, transport_->loop(), until, ReadableAttempt{*transport_}};
}
Socket::WriteOperation Socket::write(std::initializer_list<std::string_view> parts, const Until& until) {
  return write(std::span(parts.begin(), parts.size()), until);
}
Socket::WriteOperation Socket::write(std::span<const std::string_view> parts, const Until& until) {
  return {transport_->writer, transport_->loop(), until, WriteAttempt{*transport_, UnsentParts(parts)}};
}

bool Socket::peer_gone() const { return transport_->peer_gone(); }
Socket::HangupWatch Socket::cancel_on_hangup(Cancellation& cancellation) {
  return {*transport_, cancellation};
}
void Socket::shutdown_write() { transport_->shutdown_write(); }
std::unique_ptr<Transport> Socket::release() && { return std::move(transport_); }
std::string_view Socket::protocol() const { return transport_->protocol(); }

void Socket::reset() {
  if (transport_) transport_->reset();
  close();
}

void Socket::close() {
  if (!transport_) return;
  // Events of this turn may still name the transport.
  Loop& loop = transport_->loop();
  loop.retire(std::move(transport_));
}

Socket::HangupWatch::HangupWatch(Transport& transport, Cancellation& cancellation) : transport_(transport) {
  transport_.on_hangup = &cancellation;
  if (transport_.peer_gone()) cancellation.cancel(StopReason::client_gone);
}

}  // namespace weir::runtime
