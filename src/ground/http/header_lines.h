// Header lines that are about to be sent.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace weir::http {

// A value must hold no line end; one that does is left out whole, name and all, so that nobody can add lines
// through it (RFC 9110 section 5.5).
class HeaderLines {
 public:
  // Empties it, and gives its memory back.
  void release() { std::string().swap(text_); }
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
  static bool ends_a_line(std::string_view value) {
    std::size_t at = 0;
    for (; at + 8 <= value.size(); at += 8) {
      if (has_control(value.data() + at)) return value.find_first_of(kForbidden, at) != value.npos;
    }
    return value.find_first_of(kForbidden, at) != value.npos;
  }
  // Whether one of eight bytes is below 16: each then borrows from the top bit of its own, which was clear
  // (Anderson, "Bit Twiddling Hacks": a byte less than n).
  static bool has_control(const char* bytes) {
    constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes, sizeof(eight));
    return ((eight - kOnes * 16) & ~eight & (kOnes * 128)) != 0;
  }

  static constexpr std::string_view kForbidden{"\r\n\0", 3};
  std::string text_;
};

// "OK" for 200 (RFC 9110 section 15); "Status" for one that has no name there.
std::string_view reason_phrase(int status);

}  // namespace weir::http
