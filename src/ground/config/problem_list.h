// The problems found so far in one file, and where each of its settings stands.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/problem.h"

namespace weir::config {

// Keeps the first hundred problems and counts the rest: a file of another kind has one on every line.
class ProblemList {
 public:
  explicit ProblemList(std::string_view file) : file_(file) {}

  // Remembers where the setting at `path` is written, and how, for problems that are found later.
  void place(const std::string& path, Place place, std::string_view written = {}) {
    settings_.insert_or_assign(path, Written{place, std::string(written)});
  }
  // The value at `path` as it is written, in quotes. Messages quote this: what ${…} stands for may be secret.
  std::string quoted(std::string_view path) const;

  void add(Place place, std::string path, std::string text);
  // Placed where `path` is written, or else at what holds it.
  void add(std::string path, std::string text);

  bool empty() const { return problems_.empty(); }
  // Whether what is added now is only counted, so that nobody need look for words.
  bool full() const;
  // Whether the setting at `path`, one inside it or one that holds it has a problem: its value isn't what the
  // file meant, so nothing more should be said about it.
  bool touches(std::string_view path) const;

  // All of them in the order of the file. Leaves the list empty.
  std::vector<Problem> take();

 private:
  struct Written {
    Place place;
    std::string text;
  };

  std::string file_;
  std::map<std::string, Written, std::less<>> settings_;
  std::vector<Problem> problems_;  // in the order of the file
  std::size_t untold_ = 0;
};

}  // namespace weir::config
