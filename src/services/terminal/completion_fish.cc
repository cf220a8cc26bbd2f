#include <fmt/ranges.h>

#include "terminal/completion.h"

namespace weir::terminal {
namespace {

constexpr std::string_view kScript = R"(# fish completion for {0}. To load it: {0} completion fish | source
function __{0}_at --description 'Whether the words before the cursor lead to this command'
    set -l paths {1}
    set -l at {0}
    for word in (commandline -opc)[2..]
        contains -- "$at $word" $paths; or break
        set at "$at $word"
    end
    test "$at" = "$argv"
end
complete -c {0} -f
{2})";

std::string offer(const Option& option) {
  switch (option.takes) {
    case Takes::file:
      return " -r -F";
    case Takes::folder:
      return " -x -a '(__fish_complete_directories)'";
    case Takes::word:
      return fmt::format(" -x -a '{}'", fmt::join(option.words, " "));
    case Takes::text:
      return " -x";
    case Takes::nothing:
      break;
  }
  return "";
}

std::string words_of(const Option& option) {
  if (option.is_argument()) return offer(option) + '\n';
  return fmt::format(" -l {}{} -d {}\n", option.name.substr(2), offer(option),
                     single_quoted(option.sentence));
}

}  // namespace

std::string fish_completion(const Command& program) {
  std::string lines;
  for (const auto& called : every_command(program)) {
    std::string start = fmt::format("complete -c {0} -n '__{0}_at {1}'", program.name, called.path);
    for (const auto& below : called.command->commands) {
      lines += fmt::format("{} -a {} -d {}\n", start, below.name, single_quoted(below.sentence));
    }
    for (const auto& option : called.command->options) lines += start + words_of(option);
    lines += start + words_of(kHelp);
    if (called.is_program()) lines += start + words_of(kVersion);
  }
  return fmt::format(kScript, program.name, fmt::join(command_paths(program), " "), lines);
}

}  // namespace weir::terminal
