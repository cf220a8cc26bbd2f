// From a command line to the command that it names and what it gives it. CLI11 takes the line apart.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/environment.h"
#include "terminal/command.h"

namespace weir::terminal {

// What a command was given, on the line or by the variable that stands for an option.
class Arguments {
 public:
  bool has(std::string_view option) const { return given_.contains(option); }
  // Or else the option's standard, if it has one.
  std::optional<std::string> value(std::string_view option) const;
  std::vector<std::string> values(std::string_view option) const;

  void set(std::string_view option, std::vector<std::string> values);
  void set_standard(std::string_view option, std::string_view value);

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> given_;
  std::map<std::string, std::string, std::less<>> standards_;
};

enum class Wish { run, help, version };

struct Line {
  Wish wish = Wish::run;
  Called called;
  Arguments arguments = {};
};

// What is wrong with a line, as one sentence: "weir serve: there is no option "--confg" (did you mean
// --config?)", and how to learn more.
struct WrongUsage {
  std::string sentence;
};

// `words` are those after the program's name. `program` must outlive the result, which points into it.
std::expected<Line, WrongUsage> parse(const Command& program, std::vector<std::string> words,
                                      const config::Environment& environment);

}  // namespace weir::terminal
