#include "http/server_connection.h"

#include "base/try.h"

namespace weir::http {
namespace {

// The date of an answer (RFC 9110 section 6.6.1), made once a second for each thread.
std::string_view date_now(WallTime now) {
  thread_local std::time_t made_for = -1;
  thread_local std::string made;
  std::time_t second = std::chrono::system_clock::to_time_t(now);
  if (second != made_for) {
    made = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(second));
    made_for = second;
  }
  return made;
}

constexpr std::size_t kReadAtLeast = 4096;

// A body of known length gets room for this many times what has come of it: enough for 250 KiB to be read in
// one piece behind a first read of 16 KiB, while whoever only announces a large one takes no memory from
// others.
constexpr std::size_t kTrusted = 16;

}  // namespace

ServerConnection::ServerConnection(Socket socket, Loop& loop, const ServerLimits& limits, ByteBudget& budget)
    : socket_(std::move(socket)), loop_(loop), limits_(limits), held_(budget) {}

std::unexpected<ServerConnection::Ended> ServerConnection::reject_head(Rejection rejection) {
  head_.method = head_.path = {};  // unspecified now, and an answer looks at them
  head_.version = Version::http_1_1;
  return reject(std::move(rejection));
}

std::unexpected<ServerConnection::Ended> ServerConnection::reject(Rejection rejection) {
  rejection_ = std::move(rejection);
  keep_alive_ = false;
  state_ = State::read;
  return std::unexpected(Ended::rejected);
}

Task<std::expected<void, ServerConnection::Ended>> ServerConnection::read_head(Cancellation* stop) {
  input_.consume(head_size_ + body_in_input_);
  input_.append(ahead_.bytes());
  ahead_.release();
  head_size_ = body_in_input_ = 0;
  body_.release();
  held_.release();
  scanner_.reset();
  state_ = State::reading;
  if (input_.empty()) {
    input_.release();
    auto something = co_await socket_.readable({loop_.now() + limits_.idle_timeout, stop});
    if (!something) co_return std::unexpected(Ended::closed);
  }
  TimePoint deadline = loop_.now() + limits_.head_timeout;
  while (true) {
    if (!input_.empty() && CO_TRY(parse_head())) co_return std::expected<void, Ended>{};
    CO_TRY(co_await read_more_head(deadline, input_.empty() ? stop : nullptr));
  }
}

std::expected<bool, ServerConnection::Ended> ServerConnection::parse_head() {
  if (!scanner_.worth_parsing(input_.bytes())) return false;
  auto size = parse_request_head(input_.bytes(), limits_.head, head_);
  if (!size) return reject_head(std::move(size).error());
  if (*size == 0) return false;
  head_size_ = *size;
  keep_alive_ = head_.keep_alive;
  body_read_ = head_.body.kind == BodyFraming::Kind::none;
  chunks_.reset();
  state_ = State::read;
  if (head_.body.kind == BodyFraming::Kind::length && head_.body.length > limits_.body.count) {
    return reject(body_too_large());
  }
  return true;
}

Task<std::expected<void, ServerConnection::Ended>> ServerConnection::read_more_head(TimePoint deadline,
                                                                                    Cancellation* stop) {
  auto n = co_await socket_.read(input_.room(kReadAtLeast), {deadline, stop});
  bool begun = !input_.empty();
  if (n && *n > 0) {
    input_.grow(*n);
    co_return std::expected<void, Ended>{};
  }
  if (!begun) co_return std::unexpected(Ended::closed);
  if (n) co_return reject_head({400, "The connection ended in the middle of the request's head."});
  if (n.error().kind == IoError::Kind::timed_out) {
    co_return reject_head({408, "The request's head took too long to arrive."});
  }
  co_return std::unexpected(Ended::closed);
}

Task<std::expected<PaddedView, Rejection>> ServerConnection::read_body(Cancellation* stop) {
  std::string_view arrived = input_.bytes().substr(head_size_);
  if (head_.body.kind == BodyFraming::Kind::none) co_return PaddedView{arrived.substr(0, 0)};
  if (head_.body.kind == BodyFraming::Kind::length && head_.body.length <= arrived.size()) {
    body_in_input_ = head_.body.length;
    body_read_ = true;
    co_return PaddedView{arrived.substr(0, body_in_input_)};
  }
  if (head_.expects_continue && arrived.empty()) {
    auto sent = co_await socket_.write({"HTTP/1.1 100 Continue\r\n\r\n"}, write_until(stop));
    if (!sent) co_return std::unexpected(Rejection{400, "The connection ended before the body."});
  }
  Until until{loop_.now() + limits_.body_timeout, stop};
  CO_TRY(make_room_in_body(arrived.size()));
  body_.append(arrived);
  body_in_input_ = arrived.size();
  bool whole = CO_TRY(decode_body_tail(arrived.size()));
  while (!whole) {
    std::size_t n = CO_TRY(co_await read_more_body(until));
    whole = CO_TRY(decode_body_tail(n));
  }
  body_read_ = true;
  co_return PaddedView{body_.bytes()};
}

Body ServerConnection::take_body() {
  std::string_view bytes = body_.bytes();
  if (!body_.empty()) return {body_.take_memory(), bytes, std::move(held_)};
  return Body::copy_of(input_.bytes().substr(head_size_, body_in_input_), std::move(held_));
}

// The last `n` bytes of `body_` have just come; true when the body is whole. Chunks are decoded in place.
std::expected<bool, Rejection> ServerConnection::decode_body_tail(std::size_t n) {
  if (head_.body.kind == BodyFraming::Kind::length) {
    if (body_.size() < head_.body.length) return false;
    ahead_.append(body_.bytes().substr(head_.body.length));
    body_.shorten(body_.size() - head_.body.length);
    return true;
  }
  char* tail = body_.data() + body_.size() - n;
  std::string_view raw(tail, n);
  std::size_t kept = 0;
  bool done = false;
  while (!raw.empty() && !done) {
    auto step = TRY(chunks_.next(raw));
    if (!step.data.empty()) std::memmove(tail + kept, step.data.data(), step.data.size());
    kept += step.data.size();
    raw.remove_prefix(step.consumed);
    done = step.done;
  }
  ahead_.append(raw);
  body_.shorten(n - kept);
  if (body_.size() > limits_.body.count) return std::unexpected(body_too_large());
  return done;
}

// Room for what follows the `come` bytes of a body that are here.
std::expected<void, Rejection> ServerConnection::make_room_in_body(std::size_t come) {
  std::size_t least = come + kReadAtLeast;
  std::size_t wanted = least;
  if (head_.body.kind == BodyFraming::Kind::length) {
    least = std::min(least, most_in_body());
    wanted = std::min(std::max(least, come * kTrusted), most_in_body());
  }
  if (body_.capacity() < least) body_.room(wanted - body_.size());
  if (held_.grow_to(body_.capacity())) return {};
  return std::unexpected(
      Rejection{503, "Too many request bodies are being received; try again in a second."});
}

Task<std::expected<std::size_t, Rejection>> ServerConnection::read_more_body(Until until) {
  CO_TRY(make_room_in_body(body_.size()));
  auto space = body_.room(1);
  if (head_.body.kind == BodyFraming::Kind::length) {
    space = space.first(std::min(space.size(), most_in_body() - body_.size()));
  }
  auto n = co_await socket_.read(space, until);
  if (n && *n > 0) {
    body_.grow(*n);
    co_return *n;
  }
  if (n || n.error().kind != IoError::Kind::timed_out) {
    co_return std::unexpected(Rejection{400, "The connection ended in the middle of the request's body."});
  }
  co_return std::unexpected(Rejection{408, "The request's body took too long to arrive."});
}

Rejection ServerConnection::body_too_large() const {
  return {413, fmt::format("The body is longer than the {} bytes that are allowed.", limits_.body.count)};
}

Until ServerConnection::write_until(Cancellation* stop) const {
  return {loop_.now() + limits_.idle_timeout, stop};
}

// The status line, the given lines, and what every answer of a connection has.
void ServerConnection::begin_head(int status, const HeaderLines& lines) {
  // A body that nobody read is passed over if it is here already; else it would be taken for the next
  // request.
  std::size_t behind_head = input_.size() - head_size_;
  if (!body_read_ && head_.body.kind == BodyFraming::Kind::length && head_.body.length <= behind_head) {
    body_in_input_ = head_.body.length;
    body_read_ = true;
  }
  if (!body_read_) keep_alive_ = false;
  output_.clear();
  fmt::format_to(std::back_inserter(output_), "HTTP/1.1 {} {}\r\n", status, reason_phrase(status));
  output_.append(lines.text());
  output_.append("date: ").append(date_now(loop_.clock().wall())).append("\r\n");
}

// HTTP/1.0 closes unless both sides say otherwise, HTTP/1.1 stays (RFC 9112 section 9.3).
void ServerConnection::end_head() {
  if (!keep_alive_) {
    output_.append("connection: close\r\n");
  } else if (head_.version == Version::http_1_0) {
    output_.append("connection: keep-alive\r\n");
  }
  output_.append("\r\n");
}

Task<Io<void>> ServerConnection::respond(int status, const HeaderLines& lines, std::string_view body,
                                         Cancellation* stop) {
  begin_head(status, lines);
  fmt::format_to(std::back_inserter(output_), "content-length: {}\r\n", body.size());
  end_head();
  state_ = State::sending;
  if (head_.method == "HEAD") body = {};
  CO_TRY(co_await socket_.write({output_, body}, write_until(stop)));
  state_ = State::answered;
  co_return Io<void>{};
}

void ServerConnection::start(int status, const HeaderLines& lines) {
  answer_is_chunked_ = head_.version == Version::http_1_1;
  if (!answer_is_chunked_) keep_alive_ = false;
  begin_head(status, lines);
  if (answer_is_chunked_) output_.append("transfer-encoding: chunked\r\n");
  end_head();
  state_ = State::started;
}

// The head, if it is still here, a chunk with the piece, and what follows, in one write. An empty chunk would
// end the answer.
Socket::WriteOperation ServerConnection::write_piece(Parts piece, std::string_view after,
                                                     Cancellation* stop) {
  if (state_ != State::started) output_.clear();
  state_ = State::sending;
  std::size_t size = 0;
  for (auto part : piece) size += part.size();
  bool chunk = answer_is_chunked_ && size > 0;
  if (chunk) {
    std::array<char, kMostChunkHead> line;
    output_.append(line.data(), write_chunk_head(line.data(), size));
  }
  std::array<std::string_view, Socket::kMostParts> parts;
  std::size_t count = 0;
  parts[count++] = output_;
  for (auto part : piece) parts[count++] = part;
  if (chunk) parts[count++] = kChunkEnd;
  if (answer_is_chunked_) parts[count++] = after;
  return socket_.write(std::span(parts).first(count), write_until(stop));
}

Task<Io<void>> ServerConnection::send(Parts piece, Cancellation* stop) {
  CO_TRY(co_await write_piece(piece, "", stop));
  co_return Io<void>{};
}

Task<Io<void>> ServerConnection::finish(Parts last_piece, Cancellation* stop) {
  CO_TRY(co_await write_piece(last_piece, kLastChunk, stop));
  state_ = State::answered;
  co_return Io<void>{};
}

Task<Io<void>> ServerConnection::send(std::string_view piece, Cancellation* stop) {
  CO_TRY(co_await write_piece({&piece, 1}, "", stop));
  co_return Io<void>{};
}

Task<Io<void>> ServerConnection::finish(std::string_view last_piece, Cancellation* stop) {
  CO_TRY(co_await write_piece({&last_piece, 1}, kLastChunk, stop));
  state_ = State::answered;
  co_return Io<void>{};
}

Task<void> ServerConnection::linger() {
  constexpr Duration kLinger = std::chrono::seconds(5);
  constexpr std::size_t kMostDiscarded = 4 * (std::size_t{32} << 20);
  if (!socket_) co_return;  // aborted
  socket_.shutdown_write();
  Until until{loop_.now() + kLinger};
  input_.release();
  body_.release();
  auto space = input_.room(kReadAtLeast);
  for (std::size_t discarded = 0; discarded < kMostDiscarded;) {
    auto n = co_await socket_.read(space, until);
    if (!n || *n == 0) break;
    discarded += *n;
  }
  socket_.close();
}

}  // namespace weir::http
