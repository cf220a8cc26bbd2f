// A table for people: columns aligned, as wide as the screen at most.
//
//   Table table({{"PROVIDER"}, {"KEYS", Align::right}});
//   table.add({"openai", "2"});
//   table.to_text(screen);
#pragma once

#include <string>
#include <vector>

#include "terminal/screen.h"

namespace weir::terminal {

enum class Align { left, right };

struct Column {
  std::string heading;
  Align align = Align::left;
};

struct Cell {
  Cell(const char* given) : text(given) {}
  Cell(std::string given, Ink given_ink = Ink::plain) : text(std::move(given)), ink(given_ink) {}

  std::string text;
  Ink ink = Ink::plain;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as there are columns. Their text may be anybody's: control characters don't get through.
  void add(std::vector<Cell> row);
  bool empty() const { return rows_.empty(); }

  // A line for the headings and one for each row, two spaces between columns. If that is wider than the
  // screen, the widest column is shortened, then the next, and an ellipsis ends what was cut.
  std::string to_text(const Screen& screen) const;

 private:
  std::vector<std::size_t> widths(std::size_t most) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace weir::terminal
