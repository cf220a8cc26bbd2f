// What the simulated model says, word by word. A token of the mock is a word: what stands between white
// space.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::mock {

class Text {
 public:
  // `words` words of a fixed vocabulary in sentences, the same for the same digest.
  static Text invented(std::uint64_t digest, std::size_t words);
  // The words of `text`, with a single space between them.
  static Text given(std::string_view text);

  std::size_t words() const { return words_; }
  // Drops what is beyond the first `most` words.
  void cut(std::size_t most) { words_ = std::min(words_, most); }

  // Appends `count` words from `first` on; each but the text's very first has a space in front of it.
  void append(std::string& out, std::size_t first, std::size_t count) const;
  std::string whole() const;

 private:
  std::uint64_t digest_ = 0;
  std::size_t words_ = 0;
  std::vector<std::string> given_;  // empty: invented
};

std::uint64_t count_words(std::string_view text);

}  // namespace weir::mock
