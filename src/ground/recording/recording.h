// The answer to one call while it comes: one writer, any number of readers (DESIGN section 5 "A recording").
//
//   recording.begin(head);                             // the call, on the home loop
//   if (!recording.append(events)) …                   // no memory
//   if (recording.far_ahead()) co_await recording.wait_for_readers(until);
//   recording.finish(kept);                            // or fail(failure)
//
// Readers: see reader.h. A *lone* recording has one reader: what that has read is dropped, and the provider
// is read no further while 64 KiB are unread. A *shared* one may be joined by any number, each of whom gets
// all of it from the beginning; it is paced by its fastest reader. Once it is larger than an answer that is
// kept, or there is no memory to share it, nobody can join any more. Then it is paced by the slowest of those
// who still read, and what lies far behind its end is dropped: a reader who stopped before that is ended with
// a failure.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/ref.h"
#include "model/call_record.h"
#include "model/failure.h"
#include "recording/answer_head.h"
#include "recording/chunk.h"
#include "recording/kept_answer.h"
#include "runtime/loop.h"
#include "runtime/until.h"
#include "runtime/waiter.h"

namespace weir::recording {

enum class Sharing : std::uint8_t { lone, shared };
// Whether a cache has kept it.
enum class Stored : std::uint8_t { no, yes };

// What is known of an answer besides what its readers get.
struct Provenance {
  Maker maker = {};            // who makes it, or was asked last
  std::uint16_t attempts = 0;  // at providers, so far
  FailedAttempts failed = {};  // of those
  Fallback fallback = Fallback::none;
  // Once it is whole.
  Stored stored = Stored::no;
  std::optional<Usage> usage = {};
  std::optional<NanoDollars> cost = {};
};

struct Limits {
  Bytes ahead_of_lone = 64_KiB;
  Bytes ahead_of_fastest = 256_KiB;
  Bytes joinable = 1_MiB;  // also the largest answer that is kept
  Bytes behind = 1_MiB;    // how far a reader may be behind one that is not joinable any more
  // With a reader for whom the writer waits and who takes nothing, before it is left behind.
  Duration patience = std::chrono::milliseconds(500);
};

// Where the bytes are counted.
struct Memory {
  MemoryBudget& shared;  // with the cache: of shared recordings
  MemoryBudget& lone;    // of lone ones, and of shared ones for which the other has no room
};

class Reader;

// The writer's part is for the home loop's thread; joining is for any. Everything given must outlive it.
class Recording final : public RefCounted<Recording> {
 public:
  // `mode` is the one in which the provider was asked.
  Recording(Loop& home, const Memory& memory, const Limits& limits, Sharing sharing, Mode mode);
  ~Recording() = default;
  static void destroy(const Recording* recording) { std::unique_ptr<const Recording> last(recording); }

  // ---- The writer's.
  // `stop` is used (not_needed) when the last reader has left, unless the answer is wanted without readers.
  // Before finish or fail, release it.
  void cancel_when_deserted(Cancellation& stop);
  void begin(AnswerHead head);
  // All of it or nothing: false when memory is short. Whole events only, where there are events.
  [[nodiscard]] bool append(std::string_view bytes, Content content = Content::answer);
  // Whether to wait. Who takes nothing while the writer waits is waited for no more, until it reads on.
  bool far_ahead();
  // Until a reader has come further, or the last one has left; then ask again, and after a while in any case.
  runtime::WaitQueue::Wait wait_for_readers(const Until& until);
  // Nothing was dropped, and it is not larger than what may be kept.
  bool complete_so_far() const;
  // All bytes so far as one answer; empty when memory is short.
  Ref<KeptAnswer> copy(const AnswerFacts& facts, std::string_view head_lines) const;
  // `kept` is for readers in the other mode; empty where there can be none.
  void finish(Ref<const KeptAnswer> kept = {}, Stored stored = Stored::no);
  void fail(Failure failure);
  // Who is asked now, in which of the call's attempts.
  void note_attempt(const Maker& maker, std::uint16_t number, Fallback fallback);
  // The latest attempt has come to nothing.
  void note_failed_attempt(const FailedAttempt& failed);
  // It is made without an attempt.
  void note_fallback(const Maker& maker, Fallback fallback);
  // What it used, where the provider told it. Before finish.
  void note_usage(const std::optional<Usage>& usage, const std::optional<NanoDollars>& cost);

  // ---- Anybody's.
  // A reader from the beginning on; nothing when it is too late to join.
  std::optional<Reader> join(Loop& loop);
  Mode mode() const { return mode_; }
  bool shared() const { return sharing_ == Sharing::shared; }
  Provenance provenance() const;
  // What takes its place after it failed before its first byte: made by whoever asks first, once for all its
  // readers. Nothing where this took another's place already, or none was made.
  template <class Make>
  Ref<Recording> successor(Make make) {
    std::lock_guard lock(succession_);
    if (is_successor_) return {};
    if (!successor_) successor_ = make();
    if (successor_) successor_->is_successor_ = true;
    return successor_;
  }
  // The answer in the other mode, once it is whole: made by whoever asks first, empty where it can't be made.
  template <class Make>
  Ref<const KeptAnswer> in_other_mode(Make make) {
    std::lock_guard lock(succession_);
    if (!std::exchange(other_mode_made_, true)) other_mode_ = make(*kept_);
    return other_mode_;
  }

 private:
  friend class Reader;
  enum class State : std::uint8_t { silent, growing, whole, failed };

  // Where readers of one loop wait; one wake-up for all of them together.
  struct Gate {
    explicit Gate(Loop& its_loop) : loop(its_loop) {}
    Loop& loop;
    runtime::WaitQueue queue;
    bool wanted = false;  // somebody waits, and nobody has been told yet
  };

  Gate& gate_of(Loop& loop);
  void tell_readers();
  void tell_writer(const Loop& from);
  void drop_what_nobody_gets();
  void drop_until(std::uint64_t offset);
  void leave(const Loop& loop, std::size_t place);
  std::uint64_t end() const { return chunks_.empty() ? dropped_ : chunks_.back()->end(); }
  Ref<Chunk> make_chunk(std::size_t capacity, Content content);
  // It is small enough to be joined and kept.
  bool compact() const;
  bool joinable() const;
  // How far those have come for whom the writer waits.
  std::uint64_t pace() const;
  bool ahead() const { return readers_ > 0 && end() - pace() > ahead_limit(); }
  void give_up_on_the_stopped();
  std::size_t take_place(TimePoint now);
  std::uint64_t ahead_limit() const;

  Loop& home_;
  const Memory memory_;
  const Limits limits_;
  const Sharing sharing_;
  const Mode mode_;

  mutable std::mutex mutex_;  // guards what follows
  State state_ = State::silent;
  std::vector<Ref<Chunk>> chunks_;
  std::uint64_t dropped_ = 0;  // bytes in front of the first chunk
  std::uint64_t fastest_ = 0;  // how far the fastest reader has read
  // Where each reader of a shared one is. A free place is taken by the next to come.
  struct Place {
    bool taken = false;
    std::uint64_t next = 0;
    TimePoint moved{};      // when it last took something
    bool given_up = false;  // the writer waits for it no more
  };
  std::vector<Place> places_;
  std::uint32_t readers_ = 0;
  bool joined_ = false;  // by more than the one who opened it
  bool deserted_ = false;
  bool crowded_ = false;  // there was no memory to share it
  bool writer_waits_ = false;
  std::optional<TimePoint> waits_since_;  // it is too far ahead since then
  Gate home_gate_{home_};
  std::vector<std::shared_ptr<Gate>> other_gates_;
  Failure failure_{.kind = Failure::Kind::internal, .message = {}};

  Provenance provenance_;
  bool has_head_ = false;

  AnswerHead head_;               // as it is once has_head_
  Ref<const KeptAnswer> kept_;    // as it is once the state is whole
  runtime::WaitQueue writer_;     // the home loop's
  Cancellation* stop_ = nullptr;  // the home loop's

  std::mutex succession_;
  Ref<Recording> successor_;
  std::atomic<bool> is_successor_ = false;
  Ref<const KeptAnswer> other_mode_;
  bool other_mode_made_ = false;
};

}  // namespace weir::recording
