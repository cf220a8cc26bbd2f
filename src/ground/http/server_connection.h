// A server's side of one HTTP/1.1 connection: requests in, answers out, one after the other (RFC 9112).
//
//   while (co_await connection.read_head(until)) {
//     auto body = co_await connection.read_body(until);
//     co_await connection.respond(200, lines, text);
//     if (!connection.may_go_on()) break;
//   }
//   co_await connection.linger();
//
// Requests that the caller has sent ahead (pipelining) wait in the buffer. An idle connection holds no
// buffer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/padded.h"
#include "http/body.h"
#include "http/buffer.h"
#include "http/byte_budget.h"
#include "http/chunked.h"
#include "http/head_scanner.h"
#include "http/header_lines.h"
#include "http/request_head.h"
#include "runtime/socket.h"
#include "runtime/task.h"

namespace weir::http {

struct ServerLimits {
  HeadLimits head;
  Bytes body;
  Duration head_timeout;  // from a head's first byte to its last
  Duration body_timeout;  // the whole body
  Duration idle_timeout;  // between requests, and for a caller that doesn't read its answer
};

// One thread. `budget` and `limits` must outlive it.
class ServerConnection {
 public:
  ServerConnection(Socket socket, Loop& loop, const ServerLimits& limits, ByteBudget& budget);

  // Why no request came.
  enum class Ended : std::uint8_t {
    closed,    // the other side is done, or silent for too long, or `stop` was used
    rejected,  // it sent something that is no request: answer with rejection() and linger
  };
  // Waits for the next request. `stop` ends the wait only while nothing of it has come.
  Task<std::expected<void, Ended>> read_head(Cancellation* stop);
  // After a rejection: its path is empty unless the head itself was good.
  const RequestHead& head() const { return head_; }
  const Rejection& rejection() const { return rejection_; }

  // The whole body, which stays until the next read_head. Fails with 400, 408, 413 or 503 when the budget is
  // spent. Sends 100 Continue first where it is waited for. When cancelled: 408.
  Task<std::expected<PaddedView, Rejection>> read_body(Cancellation* stop);

  // The body that was read, to outlive this request.
  Body take_body();

  // Answers with one write. `lines` are further header lines; framing, date and connection are added here.
  Task<Io<void>> respond(int status, const HeaderLines& lines, std::string_view body,
                         Cancellation* stop = nullptr);

  // Answers in pieces of up to kMostParts parts, each piece sent at once in one write; the head goes with the
  // first. `finish` ends the answer properly with its last piece; without it the caller sees that the answer
  // broke off. To an HTTP/1.0 caller the connection's end is the answer's.
  static constexpr std::size_t kMostParts = Socket::kMostParts - 3;
  using Parts = std::span<const std::string_view>;
  void start(int status, const HeaderLines& lines);
  Task<Io<void>> send(Parts piece, Cancellation* stop = nullptr);
  Task<Io<void>> finish(Parts last_piece, Cancellation* stop = nullptr);
  Task<Io<void>> send(std::string_view piece, Cancellation* stop = nullptr);
  Task<Io<void>> finish(std::string_view last_piece, Cancellation* stop = nullptr);
  // Something of the answer was sent.
  bool committed() const { return state_ == State::sending || state_ == State::answered; }

  // The connection closes after this answer.
  void close_after_answer() { keep_alive_ = false; }
  // The answer is whole, and the connection is good for another request.
  bool may_go_on() const { return state_ == State::answered && keep_alive_; }

  // Ends the connection so that the caller can still read what was sent: closing while bytes of theirs are
  // unread would make the kernel discard ours (RFC 9112 section 9.6). Waits up to 5 s for their end.
  Task<void> linger();
  void abort() { socket_.reset(); }

  Socket& socket() { return socket_; }

 private:
  enum class State : std::uint8_t { reading, read, started, sending, answered };

  Task<std::expected<void, Ended>> read_more_head(TimePoint head_deadline, Cancellation* stop);
  std::expected<bool, Ended> parse_head();
  std::expected<bool, Rejection> decode_body_tail(std::size_t n);
  std::expected<void, Rejection> make_room_in_body(std::size_t come);
  Task<std::expected<std::size_t, Rejection>> read_more_body(Until until);
  // How far a body of known length is read: a byte beyond it. A read that fills its room can't tell whether
  // the socket is empty now, and the wait for the next request would have to ask.
  std::size_t most_in_body() const { return head_.body.length + 1; }
  Rejection body_too_large() const;
  void begin_head(int status, const HeaderLines& lines);
  void end_head();
  Socket::WriteOperation write_piece(Parts piece, std::string_view after, Cancellation* stop);
  std::unexpected<Ended> reject(Rejection rejection);
  std::unexpected<Ended> reject_head(Rejection rejection);
  Until write_until(Cancellation* stop) const;

  Socket socket_;
  Loop& loop_;
  const ServerLimits& limits_;
  BudgetShare held_;

  Buffer input_;  // what has come and belongs to no body that was read
  Buffer body_;   // a body that didn't come whole with its head
  Buffer ahead_;  // what came behind such a body: the next requests
  std::size_t body_in_input_ = 0;
  std::size_t head_size_ = 0;
  RequestHead head_;
  HeadScanner scanner_;
  Rejection rejection_;
  ChunkedDecoder chunks_;
  std::string output_;  // the answer's head, then the head of each chunk
  State state_ = State::answered;
  bool body_read_ = true;
  bool keep_alive_ = true;
  bool answer_is_chunked_ = false;
};

}  // namespace weir::http
