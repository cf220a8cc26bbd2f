// Writes one answer to a caller, in the caller's dialect: a provider's bytes as they come, or weir's own
// error.
//
// An answer is whole, or events, or bytes of any kind. Once its head is sent it is committed: what fails then
// is told as the last event of a stream, and where there are no events, by breaking the connection off.
#pragma once

#include <string_view>

#include "http/header_lines.h"
#include "http/server_connection.h"
#include "model/failure.h"
#include "model/ids.h"
#include "wire/paths.h"

namespace weir::dialect {

// One call's; one thread. The connection and the cancellation must outlive it.
class AnswerWriter {
 public:
  AnswerWriter(http::ServerConnection& connection, Cancellation& cancellation, const RequestId& id);

  // Header lines of the answer; x-weir-request-id is there already.
  http::HeaderLines& lines() { return lines_; }
  // Each fails with client_gone when nobody reads any more.
  Task<Result<void>> whole(int status, std::string_view body);
  void start_events();
  void start_bytes(int status);
  using Parts = http::ServerConnection::Parts;
  Task<Result<void>> pass(Parts piece);
  // Ends the answer properly.
  Task<Result<void>> finish(Parts last_piece);
  // Keeps a silent stream alive; commits it if nothing was sent yet. Call only between events.
  Task<Result<void>> ping();

  // The end of a call that failed, whatever was sent before.
  Task<void> fail(const Failure& failure);

  // The head has been chosen; it goes out with the first piece.
  bool started() const { return form_ != Form::none; }
  // What was sent; 0 before.
  int status() const { return committed() ? status_ : 0; }
  // Something was sent.
  bool committed() const { return connection_.committed(); }

 private:
  enum class Form : std::uint8_t { none, whole, events, bytes };
  void start(int status);
  Task<Result<void>> told(Task<Io<void>> writing);

  http::ServerConnection& connection_;
  Cancellation& cancellation_;
  const RequestId& id_;
  http::HeaderLines lines_;
  Form form_ = Form::none;
  int status_ = 0;
};

// Answers a request that HTTP itself refused, before there was a call.
Task<void> answer_rejection(http::ServerConnection& connection, const http::Rejection& rejection,
                            const RequestId& id);

}  // namespace weir::dialect
