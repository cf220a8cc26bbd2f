// Sends one answer at the pace, and with the fault, that the script has for it.
#pragma once

#include "http/server_connection.h"
#include "mock/answer.h"
#include "mock/mock.h"
#include "mock/rules.h"
#include "runtime/loop.h"
#include "runtime/task.h"

namespace weir::mock {

// How a connection goes on after an answer.
enum class After : std::uint8_t { go_on, close, reset };

// Answers one call, whose request was read whole, and writes into the call what became of it. Stops as soon
// as the other side has left. Must live until `run` has ended; so must all it is given. One thread.
class Delivery {
 public:
  Delivery(Loop& loop, http::ServerConnection& connection, const Answer& answer, const Plan& plan,
           const http::HeaderLines& lines, OpenCall& open)
      : loop_(loop), connection_(connection), answer_(answer), plan_(plan), lines_(lines), open_(open) {}

  Task<After> run();

 private:
  Task<After> deliver();
  // The answer in one piece, and as a stream; both with a fault in its head or body if there is one.
  Task<After> whole();
  Task<After> broken_whole(const Fault& fault);
  Task<After> stream();
  Task<After> fault_in_stream(const Fault& fault);
  // The rest of an answer, or all of it, goes wrong in the way of `kind`.
  Task<After> break_off(Fault::Kind kind);
  Task<After> oversized_head(const Fault& fault);
  Task<After> oversized_body(const Fault& fault);
  Task<After> drip(std::string_view bytes, const Fault& fault);

  // Sends the events that are ready, and counts their words. False if the other side has left.
  Task<bool> flush();
  Task<bool> finish_stream();
  // False if the other side leaves before that.
  Task<bool> wait_until(TimePoint when);
  Task<void> wait_until_gone();

  TimePoint due(std::size_t words_before) const;
  std::uint64_t tokens_made_by_now() const;
  void note_first_byte();
  After ended(Call::Ended how, After after = After::close);

  Loop& loop_;
  http::ServerConnection& connection_;
  const Answer& answer_;
  const Plan& plan_;
  const http::HeaderLines& lines_;
  OpenCall& open_;
  Cancellation gone_;  // the other side has left
  std::string ready_;  // events that were not sent yet
  std::uint64_t ready_tokens_ = 0;
  bool dripping_ = false;
};

}  // namespace weir::mock
