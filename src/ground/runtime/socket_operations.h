// The awaitable parts of Socket; included by socket.h, which explains them.
#pragma once

#include "runtime/socket.h"
#include "runtime/transport.h"

namespace weir::runtime {

class Socket::ReadOperation final : PendingOperation {
 public:
  ReadOperation(Transport& transport, std::span<char> into, const Until& until)
      : transport_(transport), into_(into), until_(until) {}
  ReadOperation(const ReadOperation&) = delete;
  ReadOperation& operator=(const ReadOperation&) = delete;
  ~ReadOperation();

  bool await_ready();
  void await_suspend(std::coroutine_handle<> coroutine);
  Io<std::size_t> await_resume();

 private:
  void on_progress() override;

  Transport& transport_;
  std::span<char> into_;
  Until until_;
  std::optional<Io<std::size_t>> result_;
  Waiter waiter_;
};

class Socket::ReadableOperation final : PendingOperation {
 public:
  ReadableOperation(Transport& transport, const Until& until) : transport_(transport), until_(until) {}
  ReadableOperation(const ReadableOperation&) = delete;
  ReadableOperation& operator=(const ReadableOperation&) = delete;
  ~ReadableOperation();

  bool await_ready() const { return transport_.readable(); }
  void await_suspend(std::coroutine_handle<> coroutine);
  Io<void> await_resume() const;

 private:
  void on_progress() override;

  Transport& transport_;
  Until until_;
  Waiter waiter_;
};

class Socket::WriteOperation final : PendingOperation {
 public:
  WriteOperation(Transport& transport, std::span<const std::string_view> parts, const Until& until)
      : transport_(transport), unsent_(parts), until_(until) {}
  WriteOperation(const WriteOperation&) = delete;
  WriteOperation& operator=(const WriteOperation&) = delete;
  ~WriteOperation();

  bool await_ready();
  void await_suspend(std::coroutine_handle<> coroutine);
  Io<void> await_resume();

 private:
  void on_progress() override;

  Transport& transport_;
  UnsentParts unsent_;
  Until until_;
  std::optional<Io<void>> result_;
  Waiter waiter_;
};

// Ends the watch when destroyed. Must not outlive the socket.
class Socket::HangupWatch {
 public:
  HangupWatch(Transport& transport, Cancellation& cancellation);
  HangupWatch(const HangupWatch&) = delete;
  HangupWatch& operator=(const HangupWatch&) = delete;
  ~HangupWatch() { transport_.on_hangup = nullptr; }

 private:
  Transport& transport_;
};

}  // namespace weir::runtime
