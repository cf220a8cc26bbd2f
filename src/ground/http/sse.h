// Server-sent events:
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation Lines end in \n,
// \r\n or \r, mixed as the sender likes; a blank line ends an event.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "http/rejection.h"

namespace weir::http {

// The length of the longest prefix of `bytes` that ends just after a blank line; 0 when there is none.
// `bytes` begins where a line begins. A '\r' that is the very last byte does not count yet: it may be half of
// "\r\n". Costs a few comparisons when `bytes` ends with an event, else a search backwards.
std::size_t whole_events(std::string_view bytes);

struct Event {
  std::string event;  // its type; "message" when the stream names none
  std::string data;   // lines joined with '\n'
  std::string id;     // the last id the stream has given so far
  bool operator==(const Event&) const = default;
};

// Reads a stream in pieces of any size, however they cut it. One thread.
class EventReader {
 public:
  // `most` bounds what one unfinished event may hold.
  explicit EventReader(Bytes most = 16_MiB) : most_(most) {}

  // Appends the events that `bytes` completes to `out`. Refuses (502) a stream whose event outgrows the
  // bound; after that the reader is of no use.
  std::expected<void, Rejection> read(std::string_view bytes, std::vector<Event>& out);

 private:
  std::expected<void, Rejection> add_to_line(std::string_view part);
  void end_line(std::vector<Event>& out);
  void take_field(std::string_view name, std::string_view value);

  Bytes most_;
  std::string line_;  // the unfinished line
  Event event_;       // the unfinished event; its data has a '\n' after each line
  bool first_line_ = true;
  bool after_cr_ = false;  // the last byte was '\r': a '\n' that follows belongs to it
};

// Appends an event to `out`. `event` may be empty (the type is then "message") and has no line ends; `data`
// may have any, and each starts a data line of its own.
void append_event(std::string& out, std::string_view event, std::string_view data);

}  // namespace weir::http
