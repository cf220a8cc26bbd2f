// Text that may be read a little past its end.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// simdjson reads whole vectors, so it wants this many readable bytes after a document (SIMDJSON_PADDING).
inline constexpr std::size_t kPadding = 64;

// A view of text that is followed by at least kPadding readable bytes, whatever they hold.
struct PaddedView {
  std::string_view text;
};

// Text of one's own, padded.
class PaddedString {
 public:
  PaddedString() = default;
  explicit PaddedString(std::string_view text) : text_(text) { text_.reserve(text.size() + kPadding); }
  void append(std::string_view more) {
    text_.append(more);
    if (text_.capacity() < text_.size() + kPadding) text_.reserve(text_.size() * 2 + kPadding);
  }
  PaddedView view() const { return {text_}; }
  std::size_t size() const { return text_.size(); }
  std::string& text() { return text_; }

 private:
  std::string text_;
};

}  // namespace weir
