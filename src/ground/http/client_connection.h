// A client's side of one HTTP/1.1 connection: one request after the other, each answer read in pieces (RFC
// 9112).
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "base/padded.h"
#include "http/buffer.h"
#include "http/chunked.h"
#include "http/content_coding.h"
#include "http/head_scanner.h"
#include "http/response_head.h"
#include "runtime/socket.h"
#include "runtime/task.h"

namespace weir::http {

// Why an answer can't be had.
struct ClientError {
  enum class Kind : std::uint8_t {
    broken,     // the connection failed or ended too early: `io` says how
    malformed,  // what came is no HTTP, or not in the encoding it claims
  };
  Kind kind;
  IoError io{IoError::Kind::closed};
  std::string detail;
};

template <class T>
using ClientResult = std::expected<T, ClientError>;

// One thread. Views it hands out, of the head and of a piece alike, last until the next call that reads.
class ClientConnection {
 public:
  explicit ClientConnection(Socket socket) : socket_(std::move(socket)) {}

  // Sends a request: its head and its body, in up to Socket::kMostParts parts.
  Task<ClientResult<void>> send(std::span<const std::string_view> parts, Until until);

  // The answer's head; informational ones (1xx) are passed over.
  Task<ClientResult<const ResponseHead*>> read_head(std::string_view method, Until until);

  // What has come of the body since, decoded: never empty unless it is the last. A broken connection is an
  // error, also where the end of the connection is the end of the body but its encoding says that something
  // is missing.
  struct Piece {
    PaddedView bytes;
    bool last = false;
  };
  Task<ClientResult<Piece>> read_piece(Until until);

  // The last `n` bytes of the latest piece come again, in front of the next. How much that may become is for
  // the caller to bound.
  void hold_back(std::size_t n) { held_back_ = n; }

  // The memory that holds what was read and not consumed.
  std::size_t body_memory() const { return input_.capacity(); }

  // Nothing of an answer has come since the last request was sent.
  bool silent() const { return silent_; }
  // The answer was read whole and the connection is good for another request.
  bool reusable() const;
  // The body's end is the connection's end, so a short one can't be told from a whole one.
  bool ends_with_connection() const { return head_.body.kind == BodyFraming::Kind::until_close; }

  Socket& socket() { return socket_; }

 private:
  // Appends what comes next; false at the connection's end.
  Task<ClientResult<bool>> read_more(Until until);
  ClientResult<bool> take_head(std::string_view method);
  // The last `n` bytes of `input_` are of the body and as they came: takes their framing and encoding off, in
  // place.
  ClientResult<void> decode_tail(std::size_t n);
  ClientResult<std::size_t> unframe(std::span<char> tail);
  ClientResult<void> note_connection_end();

  Socket socket_;
  Buffer input_;  // an answer's head, then what of its body was not yet consumed by whoever reads
  std::size_t undecoded_ = 0;  // how much of that came with the head, as it came
  HeadScanner scanner_;
  ResponseHead head_;
  ChunkedDecoder chunks_;
  std::optional<ContentDecoder> coding_;
  std::string uncoded_;
  std::uint64_t length_left_ = 0;
  std::size_t handed_out_ = 0;
  std::size_t held_back_ = 0;
  bool silent_ = true;
  bool ended_ = true;         // the answer's body
  bool extra_bytes_ = false;  // after it
};

}  // namespace weir::http
