#include "terminal/help.h"

#include "terminal/columns.h"

namespace weir::terminal {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kIndent = 2;
constexpr std::size_t kGap = 2;

std::string heading(const Screen& screen, std::string_view text) {
  return '\n' + screen.inked(Ink::heading, fmt::format("{}:", text)) + '\n';
}

// A heading, and under it each term with what it means beside it.
std::string list(const Screen& screen, std::string_view title, const std::vector<Explained>& entries) {
  if (entries.empty()) return {};
  std::size_t widest = 0;
  for (const auto& entry : entries) widest = std::max(widest, columns_of(entry.name));
  std::size_t indent = kIndent + widest + kGap;
  std::string text = heading(screen, title);
  for (const auto& entry : entries) {
    std::string line = std::string(kIndent, ' ') + entry.name;
    line.append(indent - kIndent - columns_of(entry.name), ' ');
    text += line + beside(entry.sentence, kColumns, indent) + '\n';
  }
  return text;
}

std::string options(const Called& called, const Screen& screen) {
  std::vector<Explained> arguments;
  std::vector<Explained> options;
  for (const auto& option : called.command->options) {
    (option.is_argument() ? arguments : options).push_back({spelled(option), explained(option)});
  }
  options.push_back({"-h, --help", std::string(kHelp.sentence)});
  if (called.is_program()) options.push_back({spelled(kVersion), std::string(kVersion.sentence)});
  return list(screen, "Arguments", arguments) + list(screen, "Options", options);
}

// The commands below, under the headings of their groups, in the order in which they are declared.
std::string commands(const Called& called, const Screen& screen) {
  std::string text;
  const auto& all = called.command->commands;
  for (std::size_t i = 0; i < all.size();) {
    std::vector<Explained> entries;
    std::string_view group = all[i].group;
    for (; i < all.size() && all[i].group == group; ++i) {
      entries.push_back({std::string(all[i].name), std::string(all[i].sentence)});
    }
    text += list(screen, group.empty() ? "Commands" : group, entries);
  }
  return text;
}

std::string examples(const Called& called, const Screen& screen) {
  if (called.command->examples.empty()) return {};
  std::string text = heading(screen, "Examples");
  for (const auto& example : called.command->examples) {
    text += fmt::format("  {}\n", example.line);
    text += fmt::format("      {}\n", beside(example.sentence, kColumns, 6));
  }
  return text;
}

}  // namespace

std::string help_of(const Called& called, const Screen& screen) {
  const Command& command = *called.command;
  std::string text = fmt::format("{}.\n", command.sentence);
  text += heading(screen, "Usage") + fmt::format("  {}\n", usage_of(called));
  for (auto paragraph : command.about) text += '\n' + wrapped(paragraph, kColumns) + '\n';
  text += commands(called, screen);
  text += options(called, screen);
  text += list(screen, "Environment", variables_of(command));
  std::vector<Explained> exits;
  for (const auto& exit : command.exits) exits.push_back({std::to_string(exit.code), std::string(exit.when)});
  text += list(screen, "Exit codes", exits);
  text += examples(called, screen);
  if (!command.commands.empty()) {
    text += fmt::format("\n{} COMMAND --help says more about one of them.\n", called.path);
  }
  return text;
}

}  // namespace weir::terminal
