#include "terminal/table.h"

#include <algorithm>
#include <numeric>

#include "terminal/columns.h"

namespace weir::terminal {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeastWidth = 4;  // a column says something with three letters and an ellipsis

// `text` cut or filled to `width`; nothing is filled after the last column.
std::string fitted(const Screen& screen, const Column& column, std::size_t width, const Cell& cell) {
  std::string text = cut_to(width, cell.text);
  std::string filler(width - std::min(width, columns_of(text)), ' ');
  std::string inked = screen.inked(cell.ink, text);
  return column.align == Align::right ? filler + inked : inked + filler;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

void Table::add(std::vector<Cell> row) {
  for (auto& cell : row) cell.text = printable(cell.text);
  row.resize(columns_.size(), "");
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::widths(std::size_t most) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns_of(columns_[i].heading);
    for (const auto& row : rows_) width = std::max(width, columns_of(row[i].text));
    widths.push_back(width);
  }
  std::size_t total = std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  while (total > most) {
    auto widest = std::ranges::max_element(widths);
    if (*widest <= kLeastWidth) break;
    --*widest;
    --total;
  }
  return widths;
}

std::string Table::to_text(const Screen& screen) const {
  if (columns_.empty()) return {};
  auto width = widths(screen.columns);
  std::vector<Cell> headings;
  for (const auto& column : columns_) headings.emplace_back(column.heading, Ink::heading);
  auto line_of = [&](const std::vector<Cell>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += std::string(kGap, ' ');
      line += fitted(screen, columns_[i], width[i], row[i]);
    }
    return without_trailing_spaces(std::move(line)) + '\n';
  };
  std::string text = line_of(headings);
  for (const auto& row : rows_) text += line_of(row);
  return text;
}

}  // namespace weir::terminal
