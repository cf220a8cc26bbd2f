#include "mock/text.h"

#include "mock/digest.h"

namespace weir::mock {
namespace {

constexpr std::array<std::string_view, 64> kVocabulary{
    "water",   "over",   "the",    "weir",    "runs",    "slow",   "and",    "clear",   "past",   "stone",
    "mill",    "river",  "keeps",  "its",     "level",   "while",  "light",  "moves",   "along",  "a",
    "quiet",   "bank",   "where",  "reeds",   "bend",    "under",  "small",  "birds",   "every",  "gate",
    "opens",   "when",   "rain",   "comes",   "down",    "from",   "hills",  "through", "fields", "of",
    "grass",   "toward", "open",   "sea",     "morning", "brings", "boats",  "with",    "bread",  "paper",
    "letters", "for",    "people", "who",     "wait",    "by",     "bridge", "they",    "count",  "hours",
    "in",      "long",   "even",   "measures"};

constexpr std::size_t kSentence = 12;
constexpr std::string_view kWhiteSpace = " \t\r\n\f\v";

// The next word of `rest`, which loses it; empty at the end.
std::string_view next_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(kWhiteSpace), rest.size()));
  auto word = rest.substr(0, rest.find_first_of(kWhiteSpace));
  rest.remove_prefix(word.size());
  return word;
}

}  // namespace

Text Text::invented(std::uint64_t digest, std::size_t words) {
  Text text;
  text.digest_ = digest;
  text.words_ = words;
  return text;
}

Text Text::given(std::string_view source) {
  Text text;
  for (auto word = next_word(source); !word.empty(); word = next_word(source)) text.given_.emplace_back(word);
  text.words_ = text.given_.size();
  return text;
}

void Text::append(std::string& out, std::size_t first, std::size_t count) const {
  for (std::size_t i = first; i < std::min(first + count, words_); ++i) {
    if (i > 0) out += ' ';
    if (!given_.empty()) {
      out += given_[i];
      continue;
    }
    std::size_t begin = out.size();
    out += kVocabulary[mix(digest_ + i) % kVocabulary.size()];
    if (i % kSentence == 0) out[begin] = static_cast<char>(out[begin] - 'a' + 'A');
    if (i % kSentence == kSentence - 1) out += '.';
  }
}

std::string Text::whole() const {
  std::string out;
  append(out, 0, words_);
  return out;
}

std::uint64_t count_words(std::string_view text) {
  std::uint64_t count = 0;
  while (!next_word(text).empty()) ++count;
  return count;
}

}  // namespace weir::mock
