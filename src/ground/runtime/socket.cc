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
  return {*transport_, into, until};
}
Socket::ReadableOperation Socket::readable(const Until& until) { return {*transport_, until}; }
Socket::WriteOperation Socket::write(std::initializer_list<std::string_view> parts, const Until& until) {
  return {*transport_, std::span(parts.begin(), parts.size()), until};
}
Socket::WriteOperation Socket::write(std::span<const std::string_view> parts, const Until& until) {
  return {*transport_, parts, until};
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

Socket::ReadOperation::~ReadOperation() {
  if (transport_.reader == this) transport_.reader = nullptr;
}

bool Socket::ReadOperation::await_ready() {
  if (transport_.readable()) result_ = transport_.try_read(into_);
  return result_.has_value();
}

void Socket::ReadOperation::await_suspend(std::coroutine_handle<> coroutine) {
  transport_.reader = this;
  waiter_.suspend(coroutine, transport_.loop(), until_);
}

void Socket::ReadOperation::on_progress() {
  if (!waiter_.suspended() || !transport_.readable()) return;
  result_ = transport_.try_read(into_);
  if (result_) waiter_.wake(Wake::ready);
}

Io<std::size_t> Socket::ReadOperation::await_resume() {
  if (!result_) return std::unexpected(interrupted(waiter_.result()));
  return *std::move(result_);
}

Socket::ReadableOperation::~ReadableOperation() {
  if (transport_.reader == this) transport_.reader = nullptr;
}

void Socket::ReadableOperation::await_suspend(std::coroutine_handle<> coroutine) {
  transport_.reader = this;
  waiter_.suspend(coroutine, transport_.loop(), until_);
}

void Socket::ReadableOperation::on_progress() {
  if (transport_.readable()) waiter_.wake(Wake::ready);
}

Io<void> Socket::ReadableOperation::await_resume() const {
  if (waiter_.result() == Wake::timed_out || waiter_.result() == Wake::cancelled) {
    return std::unexpected(interrupted(waiter_.result()));
  }
  return {};
}

Socket::WriteOperation::~WriteOperation() {
  if (transport_.writer == this) transport_.writer = nullptr;
}

bool Socket::WriteOperation::await_ready() {
  result_ = transport_.try_write(unsent_);
  return result_.has_value();
}

void Socket::WriteOperation::await_suspend(std::coroutine_handle<> coroutine) {
  transport_.writer = this;
  waiter_.suspend(coroutine, transport_.loop(), until_);
}

void Socket::WriteOperation::on_progress() {
  if (!waiter_.suspended()) return;
  result_ = transport_.try_write(unsent_);
  if (result_) waiter_.wake(Wake::ready);
}

Io<void> Socket::WriteOperation::await_resume() {
  if (!result_) return std::unexpected(interrupted(waiter_.result()));
  return *std::move(result_);
}

}  // namespace weir::runtime
