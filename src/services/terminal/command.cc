#include "terminal/command.h"

namespace weir::terminal {
namespace {

void add(std::vector<Called>& to, std::string path, const Command& command) {
  to.push_back({path, &command});
  for (const auto& below : command.commands) add(to, fmt::format("{} {}", path, below.name), below);
}

}  // namespace

std::vector<Called> every_command(const Command& program) {
  std::vector<Called> commands;
  add(commands, std::string(program.name), program);
  return commands;
}

std::string usage_of(const Called& called) {
  std::string usage = called.path;
  if (!called.command->commands.empty()) usage += called.does_something() ? " [COMMAND]" : " COMMAND";
  for (const auto& option : called.command->options) {
    if (!option.is_argument()) continue;
    bool needed = option.times != Times::once_or_never;
    usage += needed ? fmt::format(" {}", option.value) : fmt::format(" [{}]", option.value);
  }
  return usage + " [options]";
}

std::string spelled(const Option& option) {
  if (option.is_argument()) return std::string(option.value);
  return option.value.empty() ? std::string(option.name) : fmt::format("{} {}", option.name, option.value);
}

std::string explained(const Option& option) {
  std::string text(option.sentence);
  if (!option.more.empty()) text += fmt::format("; {}", option.more);
  if (option.times == Times::any) text += "; may be given more than once";
  if (!option.standard.empty()) text += fmt::format(" (default: {})", option.standard);
  return text;
}

std::vector<Explained> variables_of(const Command& command) {
  std::vector<Explained> variables;
  for (const auto& option : command.options) {
    if (option.variable.empty()) continue;
    variables.push_back(
        {std::string(option.variable), fmt::format("Stands for {} when that isn't given", option.name)});
  }
  for (const auto& [name, sentence] : command.variables) {
    variables.push_back({std::string(name), std::string(sentence)});
  }
  return variables;
}

}  // namespace weir::terminal
