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
    if (value.find_first_of(kForbidden) != std::string_view::npos) return;
    if (text_.capacity() < kUsual) text_.reserve(kUsual);
    text_.append(name).append(": ").append(value).append("\r\n");
  }
  // Lines that were made by another of these.
  void append(std::string_view lines) { text_.append(lines); }
  std::string_view text() const { return text_; }

 private:
  static constexpr std::size_t kUsual = 768;  // most heads fit
  static constexpr std::string_view kForbidden{"\r\n\0", 3};
  std::string text_;
};

// "OK" for 200 (RFC 9110 section 15); "Status" for one that has no name there.
std::string_view reason_phrase(int status);

}  // namespace weir::http
