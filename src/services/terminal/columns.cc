#include "terminal/columns.h"

#include <algorithm>
#include <array>

namespace weir::terminal {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

constexpr char32_t kNoCharacter = 0xFFFD;

// The first character of `text`, which is not empty (RFC 3629).
Character first_of(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  std::size_t size = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (size == 0 || lead >= 0xF5 || text.size() < size) return {kNoCharacter, 1};
  char32_t code = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {kNoCharacter, 1};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  return {code, size};
}

struct Range {
  char32_t first;
  char32_t last;
};

// Combining marks, joiners and variation selectors.
constexpr std::array kNarrowest{Range{0x300, 0x36F},   Range{0x483, 0x489},   Range{0x591, 0x5BD},
                                Range{0x610, 0x61A},   Range{0x64B, 0x65F},   Range{0x93C, 0x93C},
                                Range{0x941, 0x948},   Range{0xE31, 0xE31},   Range{0xE34, 0xE3A},
                                Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200F},
                                Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}};
constexpr std::array kWide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},
                           Range{0xA960, 0xA97C},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
                           Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
                           Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1FAFF},
                           Range{0x20000, 0x3FFFD}};

template <std::size_t kRanges>
bool in(const std::array<Range, kRanges>& ranges, char32_t code) {
  return std::ranges::any_of(ranges, [&](Range range) { return code >= range.first && code <= range.last; });
}

std::size_t width_of(char32_t code) {
  if (code < 0x300) return 1;
  if (in(kNarrowest, code)) return 0;
  return in(kWide, code) ? 2 : 1;
}

// C0, DEL and C1 (ECMA-48), and what turns the direction of writing (Unicode Standard Annex 9).
bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

std::size_t columns_of(std::string_view utf8) {
  std::size_t columns = 0;
  while (!utf8.empty()) {
    auto character = first_of(utf8);
    columns += width_of(character.code);
    utf8.remove_prefix(character.bytes);
  }
  return columns;
}

std::string cut_to(std::size_t columns, std::string_view utf8) {
  if (columns_of(utf8) <= columns) return std::string(utf8);
  if (columns == 0) return {};
  std::size_t kept = 0;
  for (std::size_t taken = 0; true;) {
    auto character = first_of(utf8.substr(kept));
    taken += width_of(character.code);
    if (taken > columns - 1) break;
    kept += character.bytes;
  }
  return std::string(utf8.substr(0, kept)) + "…";
}

std::string printable(std::string_view utf8) {
  std::string text;
  while (!utf8.empty()) {
    auto character = first_of(utf8);
    bool shown = !is_control(character.code) && character.code != kNoCharacter;
    text += shown ? utf8.substr(0, character.bytes) : "?";
    utf8.remove_prefix(character.bytes);
  }
  return text;
}

std::string wrapped(std::string_view text, std::size_t columns) { return beside(text, columns, 0); }

std::string beside(std::string_view text, std::size_t columns, std::size_t indent) {
  std::string lines;
  std::size_t used = indent;
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    std::size_t width = columns_of(word);
    if (lines.empty()) {
      used += width;
    } else if (used + 1 + width <= columns) {
      lines += ' ';
      used += 1 + width;
    } else {
      lines += '\n' + std::string(indent, ' ');
      used = indent + width;
    }
    lines += word;
  }
  return lines;
}

}  // namespace weir::terminal
