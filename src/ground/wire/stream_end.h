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
  // Whether the stream is at its end once `last_bytes` have come.
  bool reached_after(std::string_view last_bytes) {
    note(last_bytes);
    return reached_;
  }

 private:
  bool reached_ = false;
};

}  // namespace weir::wire
