#include <fmt/ranges.h>

#include "terminal/completion.h"

namespace weir::terminal {
namespace {

constexpr std::string_view kScript = R"(#compdef {0}
# zsh completion for {0}. To load it: source <({0} completion zsh), after compinit
_{0}() {{
  local at={0}
  local -a paths=({1}) subcommands=()
  while (( CURRENT > 2 )) && (( ${{paths[(Ie)$at $words[2]]}} )); do
    at+=" $words[2]"
    shift words
    (( CURRENT -= 1 ))
  done
  case $at in
{2}  esac
}}
if [[ $funcstack[1] == _{0} ]]; then
  _{0} "$@"
else
  compdef _{0} {0}
fi
)";

// In what _arguments takes, a colon and a bracket end a part.
std::string escaped(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string action(const Option& option) {
  switch (option.takes) {
    case Takes::file:
      return "_files";
    case Takes::folder:
      return "_files -/";
    case Takes::word:
      return fmt::format("({})", fmt::join(option.words, " "));
    case Takes::text:
    case Takes::nothing:
      break;
  }
  return " ";
}

// "'--config=[The file]:FILE:_files'" (zshcompsys(1), "_arguments")
std::string spec(const Option& option) {
  std::string text;
  if (option.is_argument()) {
    // A second colon: it may be left out.
    std::string_view place = option.times == Times::once_or_never ? "1:" : "1";
    text = fmt::format("{}:{}:{}", place, escaped(option.value), action(option));
  } else {
    if (option.times == Times::any) text += '*';
    text += option.name;
    if (option.takes != Takes::nothing) text += '=';
    text += fmt::format("[{}]", escaped(option.sentence));
    if (option.takes != Takes::nothing) text += fmt::format(":{}:{}", escaped(option.value), action(option));
  }
  return single_quoted(text);
}

std::string case_of(const Called& called) {
  std::vector<std::string> specs;
  for (const auto& option : called.command->options) specs.push_back(spec(option));
  specs.push_back(spec(kHelp));
  if (called.is_program()) specs.push_back(spec(kVersion));
  std::string text = fmt::format("    ('{}')\n", called.path);
  if (!called.command->commands.empty()) {
    std::vector<std::string> names;
    for (const auto& below : called.command->commands) {
      names.push_back(single_quoted(fmt::format("{}:{}", below.name, escaped(below.sentence))));
    }
    text += fmt::format("      subcommands=({})\n", fmt::join(names, " "));
    specs.push_back("'1:command:{_describe command subcommands}'");
  }
  return text + fmt::format("      _arguments -S {}\n      ;;\n", fmt::join(specs, " \\\n        "));
}

}  // namespace

std::string zsh_completion(const Command& program) {
  std::string cases;
  for (const auto& called : every_command(program)) cases += case_of(called);
  return fmt::format(kScript, program.name, fmt::join(command_paths(program), " "), cases);
}

}  // namespace weir::terminal
