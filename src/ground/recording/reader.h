// One caller's place in a recording.
//
//   auto reader = *recording->join(loop);
//   while (reader.look_for_head() == Reader::What::nothing) co_await reader.wait(until);
//   while (true) {
//     auto news = reader.take();
//     if (news.what == Reader::What::nothing) { co_await reader.wait(until); continue; }
//     …
//   }
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "recording/recording.h"

namespace weir::recording {

// One loop's thread. Its end is how a recording learns that a reader has left.
class Reader {
 public:
  static constexpr std::size_t kMostParts = 4;

  Reader(Reader&& other) noexcept = default;
  Reader& operator=(Reader&& other) noexcept;
  ~Reader();

  enum class What : std::uint8_t {
    nothing,  // nothing new: wait
    some,     // there is, and there may be more
    last,     // what there is, which may be nothing more, and then the answer is whole
    failed,   // there will be no more: see failure()
  };
  // `nothing`, `some` (the head is there) or `failed` (it will never be).
  What look_for_head();
  const AnswerHead& head() const { return recording_->head_; }

  struct News {
    What what;
    std::span<const std::string_view> parts;  // until the next take(); each of whole events
  };
  // What has come since, up to kMostParts. An answer that is handed on whole comes as one `last` part.
  News take();
  // For callers who did not ask for the usage.
  void skip_usage_event() { skip_usage_event_ = true; }

  // After `nothing`, and nothing else since: until there is news.
  runtime::WaitQueue::Wait wait(const Until& until) { return gate_->queue.wait(*loop_, until); }

  // Nothing was read yet.
  bool at_beginning() const { return next_ == 0; }
  const Failure& failure() const { return failure_; }
  // The whole answer, once `last` was told and where the recording was given one.
  const Ref<const KeptAnswer>& kept() const { return recording_->kept_; }
  Recording& recording() const { return *recording_; }

 private:
  friend class Recording;
  Reader(Ref<Recording> recording, Loop& loop, Recording::Gate& gate, std::size_t place);
  void take_parts();
  void note_progress();
  What nothing_more();

  Ref<Recording> recording_;  // empty: moved from
  Loop* loop_;
  Recording::Gate* gate_;
  std::size_t place_;       // in a shared recording
  std::uint64_t next_ = 0;  // where the next byte stands
  bool skip_usage_event_ = false;
  Failure failure_{.kind = Failure::Kind::internal, .message = {}};
  std::array<Ref<Chunk>, kMostParts> held_;  // what `parts_` points into
  std::array<std::string_view, kMostParts> parts_;
  std::size_t count_ = 0;
};

}  // namespace weir::recording
