#include "recording/reader.h"

#include <algorithm>

namespace weir::recording {

Reader::Reader(Ref<Recording> recording, Loop& loop, Recording::Gate& gate, std::size_t place)
    : recording_(std::move(recording)), loop_(&loop), gate_(&gate), place_(place) {}

Reader& Reader::operator=(Reader&& other) noexcept {
  Reader moved(std::move(other));
  std::swap(recording_, moved.recording_);
  std::swap(loop_, moved.loop_);
  std::swap(gate_, moved.gate_);
  std::swap(place_, moved.place_);
  std::swap(next_, moved.next_);
  std::swap(skip_usage_event_, moved.skip_usage_event_);
  std::swap(failure_, moved.failure_);
  std::swap(held_, moved.held_);
  count_ = 0;
  return *this;
}

Reader::~Reader() {
  if (recording_) recording_->leave(*loop_, place_);
}

Reader::What Reader::look_for_head() {
  std::lock_guard lock(recording_->mutex_);
  return recording_->has_head_ ? What::some : nothing_more();
}

// There is nothing to read, now or ever.
Reader::What Reader::nothing_more() {
  if (recording_->state_ == Recording::State::whole) return What::last;
  if (recording_->state_ == Recording::State::failed) {
    failure_ = recording_->failure_;
    return What::failed;
  }
  gate_->wanted = true;
  return What::nothing;
}

Reader::News Reader::take() {
  std::lock_guard lock(recording_->mutex_);
  auto& recording = *recording_;
  count_ = 0;
  if (next_ < recording.dropped_) {
    failure_ = {.kind = Failure::Kind::reader_too_slow,
                .message = "This answer was read too slowly to be kept for you; ask again and read faster."};
    return {What::failed, {}};
  }
  bool whole = recording.state_ == Recording::State::whole;
  bool readable = whole || recording.head_.form != AnswerHead::Form::whole;
  if (readable) take_parts();
  if (count_ == 0) return {nothing_more(), {}};
  note_progress();
  bool all = whole && next_ == recording.end();
  return {all ? What::last : What::some, {parts_.data(), count_}};
}

void Reader::take_parts() {
  auto& chunks = recording_->chunks_;
  auto chunk = std::ranges::upper_bound(chunks, next_, {}, [](const auto& each) { return each->end(); });
  for (; chunk != chunks.end() && count_ < kMostParts; ++chunk) {
    auto fresh = (*chunk)->bytes().substr(next_ - (*chunk)->begin());
    next_ = (*chunk)->end();
    if (skip_usage_event_ && (*chunk)->content() == Content::usage_event) continue;
    held_[count_] = *chunk;
    parts_[count_++] = fresh;
  }
}

void Reader::note_progress() {
  auto& recording = *recording_;
  bool shared = recording.sharing_ == Sharing::shared;
  if (shared) recording.places_[place_] = {.taken = true, .next = next_, .moved = loop_->now()};
  recording.fastest_ = std::max(recording.fastest_, next_);
  if (!shared) recording.drop_until(next_);
  if (recording.end() - recording.pace() <= recording.ahead_limit() / 2) recording.tell_writer(*loop_);
}

}  // namespace weir::recording
