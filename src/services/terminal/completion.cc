#include "terminal/completion.h"

namespace weir::terminal {

std::string completion_of(const Command& program, std::string_view shell) {
  if (shell == "bash") return bash_completion(program);
  if (shell == "zsh") return zsh_completion(program);
  return fish_completion(program);
}

std::string single_quoted(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'') {
      quoted += R"('\'')";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::vector<std::string> command_paths(const Command& program) {
  std::vector<std::string> paths;
  for (const auto& called : every_command(program)) {
    if (!called.is_program()) paths.push_back(single_quoted(called.path));
  }
  return paths;
}

}  // namespace weir::terminal
