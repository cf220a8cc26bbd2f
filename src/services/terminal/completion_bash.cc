#include <fmt/ranges.h>

#include "terminal/completion.h"

namespace weir::terminal {
namespace {

constexpr std::string_view kScript = R"(# bash completion for {0}. To load it: source <({0} completion bash)
_{0}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
  local at={0} word words='' options='' takes=''
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$at $word" in
      {1}) at+=" $word" ;;
      *) break ;;
    esac
  done
  # bash makes three words of --option=VALUE.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $before == '=' ]]; then
    before=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  case "$at $before" in
{2}    *)
      case $at in
{3}      esac
      if [[ $current == -* || -z $words$takes ]]; then
        words=$options takes=''
      fi
      ;;
  esac
  case $takes in
    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    folder) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    text) COMPREPLY=() ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current") ;;
  esac
}}
complete -F _{0} {0}
)";

// What may stand where the option's value does.
std::string offer(const Option& option) {
  switch (option.takes) {
    case Takes::file:
      return "takes='file'";
    case Takes::folder:
      return "takes='folder'";
    case Takes::word:
      return fmt::format("words='{}'", fmt::join(option.words, " "));
    case Takes::text:
    case Takes::nothing:
      break;
  }
  return "takes='text'";
}

std::string after_options(const std::vector<Called>& all) {
  std::string cases;
  for (const auto& called : all) {
    for (const auto& option : called.command->options) {
      if (option.is_argument() || option.takes == Takes::nothing) continue;
      cases += fmt::format("    '{} {}') {} ;;\n", called.path, option.name, offer(option));
    }
  }
  return cases;
}

std::string in_commands(const std::vector<Called>& all) {
  std::string cases;
  for (const auto& called : all) {
    std::vector<std::string_view> options;
    std::string offers;
    for (const auto& option : called.command->options) {
      if (option.is_argument()) {
        offers = offer(option) + ' ';
      } else {
        options.push_back(option.name);
      }
    }
    options.push_back(kHelp.name);
    if (called.is_program()) options.push_back(kVersion.name);
    std::vector<std::string_view> names;
    for (const auto& below : called.command->commands) names.push_back(below.name);
    if (!names.empty()) offers = fmt::format("words='{}' ", fmt::join(names, " "));
    cases += fmt::format("        '{}') {}options='{}' ;;\n", called.path, offers, fmt::join(options, " "));
  }
  return cases;
}

}  // namespace

std::string bash_completion(const Command& program) {
  auto all = every_command(program);
  return fmt::format(kScript, program.name, fmt::join(command_paths(program), " | "), after_options(all),
                     in_commands(all));
}

}  // namespace weir::terminal
