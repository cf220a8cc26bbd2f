// Whether a stream has come to its own end: where the connection's end is the only other sign of it, a stream
// that was cut off looks just like one that is over.
#pragma once

#include <string_view>

namespace weir::wire {

// Follows a stream in pieces of whole events. A stream has ended properly after OpenAI's `data: [DONE]`, a
// Responses event `response.completed`, `.incomplete` or `.failed`, Anthropic's `message_stop`, or an error
// event.
class StreamEnd {
 public:
  void note(std::string_view events);
  bool reached() const { return reached_; }
  // The data of the error that was its end, among the events noted last; empty: it had none.
  std::string_view error() const { return error_; }

 private:
  bool reached_ = false;
  std::string_view error_;
};

}  // namespace weir::wire
