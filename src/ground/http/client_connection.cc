#include "http/client_connection.h"

#include "base/try.h"

namespace weir::http {
namespace {

// One read of an encoded body may not become more than this (16 KiB of zeros, well packed, become 16 MiB).
constexpr Bytes kMostFromOneRead = 16_MiB;
constexpr HeadLimits kAnswerHead{.head = 64_KiB, .headers = 200};

std::unexpected<ClientError> broken(IoError error) {
  return std::unexpected(ClientError{ClientError::Kind::broken, std::move(error), {}});
}

std::unexpected<ClientError> malformed(std::string detail) {
  return std::unexpected(
      ClientError{ClientError::Kind::malformed, IoError{IoError::Kind::closed}, std::move(detail)});
}

}  // namespace

Task<ClientResult<void>> ClientConnection::send(std::span<const std::string_view> parts, Until until) {
  input_.consume(input_.size());
  if (input_.capacity() > Buffer::kFirst) input_.release();
  undecoded_ = 0;
  scanner_.reset();
  silent_ = true;
  ended_ = false;
  handed_out_ = held_back_ = 0;
  auto sent = co_await socket_.write(parts, until);
  if (!sent) co_return broken(std::move(sent).error());
  co_return ClientResult<void>{};
}

Task<ClientResult<bool>> ClientConnection::read_more(Until until) {
  constexpr std::size_t kLeast = 4096;
  auto n = co_await socket_.read(input_.room(kLeast), until);
  if (!n) co_return broken(std::move(n).error());
  if (*n == 0) co_return false;
  silent_ = false;
  input_.grow(*n);
  co_return true;
}

Task<ClientResult<const ResponseHead*>> ClientConnection::read_head(std::string_view method, Until until) {
  while (true) {
    if (!input_.empty() && CO_TRY(take_head(method))) co_return &head_;
    if (!CO_TRY(co_await read_more(until))) co_return broken(IoError{IoError::Kind::closed});
  }
}

ClientResult<bool> ClientConnection::take_head(std::string_view method) {
  while (scanner_.worth_parsing(input_.bytes())) {
    auto size = parse_response_head(input_.bytes(), kAnswerHead, method, head_);
    if (!size) return malformed(std::move(size).error().reason);
    if (*size == 0) return false;
    if (head_.status >= 200) {
      auto coding = ContentDecoder::for_coding(head_.headers.find("content-encoding").value_or(""));
      if (!coding) return malformed(std::move(coding).error().reason);
      coding_ = *std::move(coding);
      chunks_.reset();
      length_left_ = head_.body.length;
      ended_ = head_.body.kind == BodyFraming::Kind::none ||
               (head_.body.kind == BodyFraming::Kind::length && head_.body.length == 0);
      // What came with the head is the body's beginning. It stays as it is until it is asked for: decoding
      // may move it, and the head's views point in front of it.
      input_.consume(*size);
      extra_bytes_ = ended_ && !input_.empty();
      if (ended_) input_.shorten(input_.size());
      undecoded_ = input_.size();
      return true;
    }
    if (head_.status == 101) return malformed("it switched protocols, which nobody had asked for");
    input_.consume(*size);  // 1xx: the answer proper follows (RFC 9110 section 15.2)
    scanner_.reset();
  }
  return false;
}

ClientResult<std::size_t> ClientConnection::unframe(std::span<char> tail) {
  std::string_view raw(tail.data(), tail.size());
  if (head_.body.kind == BodyFraming::Kind::until_close) return raw.size();
  if (head_.body.kind == BodyFraming::Kind::length) {
    std::size_t n = std::min<std::uint64_t>(length_left_, raw.size());
    length_left_ -= n;
    ended_ = length_left_ == 0;
    extra_bytes_ = n < raw.size();
    return n;
  }
  std::size_t kept = 0;
  while (!raw.empty() && !ended_) {
    auto step = chunks_.next(raw);
    if (!step) return malformed(std::move(step).error().reason);
    if (!step->data.empty()) std::memmove(tail.data() + kept, step->data.data(), step->data.size());
    kept += step->data.size();
    raw.remove_prefix(step->consumed);
    ended_ = step->done;
  }
  extra_bytes_ = !raw.empty();
  return kept;
}

ClientResult<void> ClientConnection::decode_tail(std::size_t n) {
  std::span tail(input_.data() + input_.size() - n, n);
  std::size_t kept = TRY(unframe(tail));
  if (!coding_) {
    input_.shorten(n - kept);
    return {};
  }
  uncoded_.clear();
  auto decoded = coding_->decode({tail.data(), kept}, uncoded_, kMostFromOneRead);
  if (!decoded) return malformed(std::move(decoded).error().reason);
  if (ended_ && !coding_->finished()) return malformed("its encoded body breaks off");
  input_.shorten(n);
  input_.append(uncoded_);
  return {};
}

ClientResult<void> ClientConnection::note_connection_end() {
  if (head_.body.kind != BodyFraming::Kind::until_close) return broken(IoError{IoError::Kind::closed});
  if (coding_ && !coding_->finished()) return malformed("its encoded body breaks off");
  ended_ = true;
  return {};
}

Task<ClientResult<ClientConnection::Piece>> ClientConnection::read_piece(Until until) {
  input_.consume(handed_out_ - held_back_);
  handed_out_ = held_back_;  // after a failure, such as a deadline, the same may be asked again
  if (undecoded_ > 0) CO_TRY(decode_tail(std::exchange(undecoded_, 0)));
  while (input_.size() == held_back_ && !ended_) {
    std::size_t before = input_.size();
    if (CO_TRY(co_await read_more(until))) {
      CO_TRY(decode_tail(input_.size() - before));
    } else {
      CO_TRY(note_connection_end());
    }
  }
  held_back_ = 0;
  handed_out_ = input_.size();
  co_return Piece{{input_.bytes()}, ended_};
}

bool ClientConnection::reusable() const {
  return ended_ && !extra_bytes_ && head_.keep_alive && !ends_with_connection() && !socket_.peer_gone();
}

}  // namespace weir::http
