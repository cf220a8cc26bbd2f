// Brings a recording to one caller, in the mode in which the caller asked.
#pragma once

#include "cache/status.h"
#include "dialect/answer_writer.h"
#include "journey/call_notes.h"
#include "recording/reader.h"

namespace weir::journey {

// The content type of an answer that has none of its own.
std::string_view type_of(recording::Mode mode);

// One answer's. Everything given must outlive it.
class Relay {
 public:
  // Silence after which a stream's head is sent and kept alive with pings.
  static constexpr Duration kSilence = std::chrono::seconds(10);

  Relay(Loop& loop, cache::Cache& cache, const cache::Plan& plan, dialect::AnswerWriter& answer,
        CallNotes& notes, Cancellation& stop)
      : loop_(loop), cache_(cache), plan_(plan), answer_(answer), notes_(notes), stop_(stop) {}

  enum class Passed : std::uint8_t {
    all,
    not_in_this_mode,  // nothing was passed: it came in the other mode, and can't be turned into this one
  };
  // Until the answer's end, or what stopped it.
  Task<Result<Passed>> pass(recording::Reader& reader, cache::Way way);
  // One that is whole already, in this mode.
  Task<Result<void>> pass_kept(const recording::KeptAnswer& kept);

 private:
  Task<Result<void>> wait_for_news(recording::Reader& reader);
  Task<Result<void>> pass_whole(recording::Reader& reader);
  Task<Result<void>> pass_pieces(recording::Reader& reader);
  Task<Result<Passed>> pass_other_mode(recording::Reader& reader);
  Task<Result<void>> finish_events(const recording::KeptAnswer& kept);
  void tell_cache_status(const recording::Reader& reader);
  bool events_wanted() const { return plan_.mode == recording::Mode::events; }

  Loop& loop_;
  cache::Cache& cache_;
  const cache::Plan& plan_;
  dialect::AnswerWriter& answer_;
  CallNotes& notes_;
  Cancellation& stop_;
  cache::Way way_ = cache::Way::alone;
};

}  // namespace weir::journey
