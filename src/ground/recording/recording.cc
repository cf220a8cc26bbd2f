#include "recording/recording.h"

#include <algorithm>

#include "recording/reader.h"

namespace weir::recording {
namespace {

constexpr std::size_t kSmallestChunk = std::size_t{4} << 10;
constexpr std::size_t kLargestChunk = std::size_t{64} << 10;

}  // namespace

Recording::Recording(Loop& home, const Memory& memory, const Limits& limits, Sharing sharing, Mode mode)
    : home_(home), memory_(memory), limits_(limits), sharing_(sharing), mode_(mode) {}

void Recording::cancel_when_deserted(Cancellation& stop) {
  std::lock_guard lock(mutex_);
  stop_ = &stop;
  if (deserted_) stop_->cancel(StopReason::not_needed);
}

void Recording::begin(AnswerHead head) {
  std::lock_guard lock(mutex_);
  head_ = std::move(head);
  has_head_ = true;
  state_ = State::growing;
  tell_readers();
}

// Only the writer adds chunks, and only it fills them, so it may look at the last one without the lock.
bool Recording::append(std::string_view bytes, Content content) {
  if (bytes.empty()) return true;
  Ref<Chunk> chunk;
  if (!chunks_.empty() && chunks_.back()->room() >= bytes.size() && chunks_.back()->content() == content) {
    chunk = chunks_.back();
  } else {
    // What is shared stays, so small events are packed together; what is read alone is gone at once.
    std::size_t capacity = bytes.size();
    if (sharing_ == Sharing::shared && compact()) {
      capacity = std::max(capacity, std::clamp<std::size_t>(end(), kSmallestChunk, kLargestChunk));
    }
    chunk = make_chunk(capacity, content);
    if (!chunk) return false;
  }
  chunk->write(bytes);

  std::lock_guard lock(mutex_);
  chunk->publish(bytes.size());
  if (chunks_.empty() || chunks_.back().get() != chunk.get()) chunks_.push_back(std::move(chunk));
  drop_what_nobody_gets();
  tell_readers();
  return true;
}

bool Recording::far_ahead() {
  std::lock_guard lock(mutex_);
  if (ahead()) give_up_on_the_stopped();
  bool far = ahead();
  if (!far) waits_since_.reset();
  return far;
}

// Before the writer waits nobody is late: who has had nothing to take for long has not stopped.
void Recording::give_up_on_the_stopped() {
  TimePoint now = home_.now();
  if (!waits_since_) waits_since_ = now;
  for (auto& place : places_) {
    if (now - std::max(place.moved, *waits_since_) > limits_.patience) place.given_up = true;
  }
}

std::uint64_t Recording::pace() const {
  if (sharing_ == Sharing::lone || compact()) return fastest_;
  std::uint64_t slowest = fastest_;
  for (const auto& place : places_) {
    if (place.taken && !place.given_up) slowest = std::min(slowest, place.next);
  }
  return slowest;
}

std::uint64_t Recording::ahead_limit() const {
  return sharing_ == Sharing::lone ? limits_.ahead_of_lone.count : limits_.ahead_of_fastest.count;
}

runtime::WaitQueue::Wait Recording::wait_for_readers(const Until& until) {
  std::lock_guard lock(mutex_);
  writer_waits_ = true;
  return writer_.wait(home_, until);
}

bool Recording::complete_so_far() const {
  std::lock_guard lock(mutex_);
  return dropped_ == 0 && compact();
}

bool Recording::compact() const { return !crowded_ && end() <= limits_.joinable.count; }

// Where the memory that is shared with the cache is full, the answer goes on, but only for those who are
// there.
Ref<Chunk> Recording::make_chunk(std::size_t capacity, Content content) {
  if (sharing_ == Sharing::shared && !crowded_) {
    if (auto chunk = Chunk::make(memory_.shared, capacity, end(), content)) return chunk;
    std::lock_guard lock(mutex_);
    crowded_ = true;
  }
  return Chunk::make(memory_.lone, capacity, end(), content);
}

Ref<KeptAnswer> Recording::copy(const AnswerFacts& facts, std::string_view head_lines) const {
  std::vector<std::string_view> parts;
  {
    std::lock_guard lock(mutex_);
    for (const auto& chunk : chunks_) parts.push_back(chunk->bytes());
  }
  return KeptAnswer::make(memory_.shared, facts, head_lines, parts);
}

Provenance Recording::provenance() const {
  std::lock_guard lock(mutex_);
  return provenance_;
}

void Recording::note_attempt(const Maker& maker, std::uint16_t number, Fallback fallback) {
  std::lock_guard lock(mutex_);
  provenance_.maker = maker;
  provenance_.fallback = fallback;
  provenance_.attempts = number;
}

void Recording::note_failed_attempt(const FailedAttempt& failed) {
  std::lock_guard lock(mutex_);
  provenance_.failed.add(failed);
}

void Recording::note_fallback(const Maker& maker, Fallback fallback) {
  std::lock_guard lock(mutex_);
  provenance_.maker = maker;
  provenance_.fallback = fallback;
}

void Recording::note_usage(const std::optional<Usage>& usage, const std::optional<NanoDollars>& cost) {
  std::lock_guard lock(mutex_);
  provenance_.usage = usage;
  provenance_.cost = cost;
}

void Recording::finish(Ref<const KeptAnswer> kept, Stored stored) {
  std::lock_guard lock(mutex_);
  provenance_.stored = stored;
  stop_ = nullptr;
  kept_ = std::move(kept);
  state_ = State::whole;
  tell_readers();
}

void Recording::fail(Failure failure) {
  std::lock_guard lock(mutex_);
  stop_ = nullptr;
  failure_ = std::move(failure);
  state_ = State::failed;
  tell_readers();
}

bool Recording::joinable() const {
  // One that failed before its first byte is joined to learn of that.
  if (deserted_ || (state_ == State::failed && has_head_)) return false;
  if (sharing_ == Sharing::lone) return readers_ == 0 && fastest_ == 0;
  return dropped_ == 0 && compact();
}

std::size_t Recording::take_place(TimePoint now) {
  if (sharing_ == Sharing::lone) return 0;
  auto free = std::ranges::find(places_, false, &Place::taken);
  if (free == places_.end()) free = places_.insert(places_.end(), Place{});
  *free = {.taken = true, .moved = now};
  return static_cast<std::size_t>(free - places_.begin());
}

std::optional<Reader> Recording::join(Loop& loop) {
  std::lock_guard lock(mutex_);
  if (!joinable()) return std::nullopt;
  joined_ = joined_ || readers_ > 0 || fastest_ > 0;
  ++readers_;
  return Reader(Ref(this), loop, gate_of(loop), take_place(loop.now()));
}

Recording::Gate& Recording::gate_of(Loop& loop) {
  if (&loop == &home_) return home_gate_;
  for (auto& gate : other_gates_) {
    if (&gate->loop == &loop) return *gate;
  }
  return *other_gates_.emplace_back(std::make_shared<Gate>(loop));
}

// On the home loop, so readers there can be woken directly; each other loop is sent one message.
void Recording::tell_readers() {
  if (std::exchange(home_gate_.wanted, false)) home_gate_.queue.wake_all();
  for (auto& gate : other_gates_) {
    if (std::exchange(gate->wanted, false)) gate->loop.post([gate] { gate->queue.wake_all(); });
  }
}

void Recording::tell_writer(const Loop& from) {
  if (!std::exchange(writer_waits_, false)) return;
  if (&from == &home_) return writer_.wake_all();
  home_.post([self = Ref(this)] { self->writer_.wake_all(); });
}

// What was read by a lone reader is dropped by that.
void Recording::drop_what_nobody_gets() {
  if (sharing_ == Sharing::shared && compact()) return;
  if (readers_ == 0) return drop_until(end());
  if (sharing_ == Sharing::lone) return;
  drop_until(joined_ ? end() - std::min(end(), limits_.behind.count) : fastest_);
}

void Recording::drop_until(std::uint64_t offset) {
  auto needed = std::ranges::find_if(chunks_, [&](const auto& chunk) { return chunk->end() > offset; });
  if (needed == chunks_.begin()) return;
  dropped_ = (*std::prev(needed))->end();
  chunks_.erase(chunks_.begin(), needed);
}

void Recording::leave(const Loop& loop, std::size_t place) {
  std::lock_guard lock(mutex_);
  if (sharing_ == Sharing::shared) places_[place].taken = false;
  if (--readers_ > 0) return;
  tell_writer(loop);
  if (stop_ == nullptr) return;
  deserted_ = true;
  if (&loop == &home_) return stop_->cancel(StopReason::not_needed);
  home_.post([self = Ref(this)] {
    std::lock_guard home_lock(self->mutex_);
    if (self->stop_ != nullptr) self->stop_->cancel(StopReason::not_needed);
  });
}

}  // namespace weir::recording
