#include "mock/delivery.h"

namespace weir::mock {
namespace {

// Events that need not wait for each other go out together, but not more than this at once.
constexpr std::size_t kMostAtOnce = 16 * 1024;
constexpr std::size_t kNever = SIZE_MAX;

// The piece of a stream in front of which the fault happens; the number of pieces stands for the closing.
std::size_t place_in_stream(const std::optional<Fault>& fault, std::size_t pieces) {
  if (!fault || fault->at == Fault::At::end) return kNever;
  if (fault->at == Fault::At::after_head) return 0;
  return pieces == 0 ? 0 : std::max<std::size_t>(1, pieces / 2);
}

}  // namespace

Task<After> Delivery::run() {
  auto watch = connection_.socket().cancel_on_hangup(gone_);
  After after = co_await deliver();
  open_.call().finished = loop_.now();
  co_return after;
}

After Delivery::ended(Call::Ended how, After after) {
  open_.call().ended = how;
  return after;
}

Task<After> Delivery::deliver() {
  bool before_head = plan_.fault && plan_.fault->at <= Fault::At::before_head;
  if (before_head && plan_.fault->kind == Fault::Kind::oversized)
    co_return co_await oversized_head(*plan_.fault);
  if (before_head) co_return co_await break_off(plan_.fault->kind);
  open_.call().input_tokens = answer_.input_tokens;
  if (answer_.is_stream()) co_return co_await stream();
  co_return co_await whole();
}

// The moment for the word that has `words_before` in front of it.
TimePoint Delivery::due(std::size_t words_before) const {
  constexpr double kSecond = 1e9;
  Duration later = plan_.behaviour.time_to_first_token;
  double pace = plan_.behaviour.tokens_per_second;
  if (pace > 0)
    later += Duration(static_cast<std::int64_t>(static_cast<double>(words_before) * kSecond / pace));
  return open_.call().began + later;
}

std::uint64_t Delivery::tokens_made_by_now() const {
  Duration since_first = loop_.now() - open_.call().began - plan_.behaviour.time_to_first_token;
  double pace = plan_.behaviour.tokens_per_second;
  if (since_first < Duration::zero()) return 0;
  if (pace == 0) return answer_.output_tokens;
  double seconds = std::chrono::duration<double>(since_first).count();
  auto words = static_cast<std::uint64_t>(seconds * pace) + 1;
  return std::min(answer_.output_tokens, words * answer_.pieces.choices);
}

Task<After> Delivery::whole() {
  auto& call = open_.call();
  bool is_refusal = answer_.status >= 400;
  if (open_.raw() != nullptr) open_.raw()->answer = answer_.body;
  if (!is_refusal) {
    std::size_t words = answer_.pieces.words;
    if (!co_await wait_until(due(words == 0 ? 0 : words - 1))) {
      call.output_tokens = tokens_made_by_now();
      co_return ended(Call::Ended::cancelled);
    }
    call.output_tokens = answer_.output_tokens;
  }
  note_first_byte();
  if (plan_.fault) co_return co_await broken_whole(*plan_.fault);
  auto sent = co_await connection_.respond(answer_.status, lines_, answer_.body, &gone_);
  if (!sent) co_return ended(Call::Ended::cancelled);
  co_return ended(Call::Ended::completed, After::go_on);
}

Task<After> Delivery::stream() {
  std::size_t pieces = answer_.pieces.count();
  std::size_t fault_at = place_in_stream(plan_.fault, pieces);
  bool paced = plan_.behaviour.tokens_per_second > 0;
  connection_.start(answer_.status, lines_);
  ready_ = answer_.events->opening();
  ready_tokens_ = answer_.opening_tokens;
  for (std::size_t i = 0;; ++i) {
    if (i == fault_at) {
      if (plan_.fault->kind != Fault::Kind::drip) co_return co_await fault_in_stream(*plan_.fault);
      dripping_ = true;
    }
    if (i == pieces) break;
    auto piece = answer_.pieces.at(i);
    if (!co_await wait_until(due(piece.first))) co_return ended(Call::Ended::cancelled);
    answer_.events->append_piece(ready_, piece);
    ready_tokens_ += piece.words;
    bool enough = paced || ready_.size() >= kMostAtOnce;
    if (enough && !co_await flush()) co_return ended(Call::Ended::cancelled);
  }
  if (!co_await wait_until(due(0))) co_return ended(Call::Ended::cancelled);
  ready_ += answer_.events->closing();
  if (plan_.fault && plan_.fault->at == Fault::At::end) co_return co_await fault_in_stream(*plan_.fault);
  if (!co_await finish_stream()) co_return ended(Call::Ended::cancelled);
  co_return ended(Call::Ended::completed, After::go_on);
}

Task<bool> Delivery::flush() {
  note_first_byte();
  if (dripping_) {
    for (char byte : ready_) {
      if (!co_await wait_until(loop_.now() + plan_.fault->delay)) co_return false;
      if (!co_await connection_.send({&byte, 1}, &gone_)) co_return false;
    }
  } else if (!co_await connection_.send(ready_, &gone_)) {
    co_return false;
  }
  open_.call().output_tokens += std::exchange(ready_tokens_, 0);
  if (open_.raw() != nullptr) open_.raw()->answer += ready_;
  ready_.clear();
  co_return true;
}

Task<bool> Delivery::finish_stream() {
  if (dripping_ && !co_await flush()) co_return false;
  note_first_byte();
  if (!co_await connection_.finish(ready_, &gone_)) co_return false;
  open_.call().output_tokens += ready_tokens_;
  if (open_.raw() != nullptr) open_.raw()->answer += ready_;
  co_return true;
}

void Delivery::note_first_byte() {
  auto& call = open_.call();
  if (call.status == 0) call.first_byte = loop_.now();
  call.status = answer_.status;
}

Task<bool> Delivery::wait_until(TimePoint when) {
  if (gone_.cancelled()) co_return false;
  Duration left = when - loop_.now();
  if (left <= Duration::zero()) co_return true;
  co_return co_await runtime::pause(loop_, left, &gone_);
}

Task<void> Delivery::wait_until_gone() {
  runtime::WaitQueue nobody;
  co_await nobody.wait(loop_, {TimePoint::max(), &gone_});
}

}  // namespace weir::mock
