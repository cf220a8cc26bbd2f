// Header lines that are about to be sent.
#pragma once

#include <string>
#include <string_view>

namespace weir::http {

// Keeps its memory between messages. A value must hold no line end; one that does is left out whole, name and
// all, so that nobody can add lines through it (RFC 9110 section 5.5).
class HeaderLines {
 public:
  void clear() { text_.clear(); }
  void add(std::string_view name, std::string_view value) {
    if (ends_a_line(value)) return;
    if (text_.capacity() < kUsual) text_.reserve(kUsual);
    text_.append(name).append(": ").append(value).append("\r\n");
  }
  // Lines that were made by another of these.
  void append(std::string_view lines) { text_.append(lines); }
  std::string_view text() const { return text_; }

 private:
  static constexpr std::size_t kUsual = 768;  // most heads fit
  // To the end, whatever is found, so that it looks at many letters at a time.
  static bool ends_a_line(std::string_view value) {
    bool found = false;
    for (char c : value) found |= (c == '\r') | (c == '\n') | (c == '\0');
    return found;
  }

  std::string text_;
};

// "OK" for 200 (RFC 9110 section 15); "Status" for one that has no name there.
std::string_view reason_phrase(int status);

}  // namespace weir::http
