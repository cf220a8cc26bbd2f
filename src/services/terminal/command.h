// What a program's commands are, as data: the parser (parse.h), --help (help.h), the man page (manual.h) and
// the shells' completions (completion.h) are all made from one tree of these.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::terminal {

class Arguments;

// Exit codes: 0 fine, 1 failed while running, 2 wrong usage or configuration.
enum ExitCode : int { kFine = 0, kFailed = 1, kWrongUsage = 2 };

enum class Takes { nothing, text, file, folder, word };
// How often something may be given. An argument that is to be given once must be given.
enum class Times { once, any, once_or_never };

struct Option {
  std::string_view name;        // "--config", or "FILE" for an argument
  std::string_view value = {};  // what stands for its value: "HOST:PORT"; none: it is a switch
  Takes takes = Takes::nothing;
  std::string_view sentence;                 // what it does, shortly: completions show it
  std::string_view more = {};                // its unit, and what holds without it: --help says that, too
  std::string_view standard = {};            // the value when it isn't given, if that is always the same
  std::string_view variable = {};            // of the environment, which stands for it when it isn't given
  std::vector<std::string_view> words = {};  // those it may be, with Takes::word
  Times times = Times::once;

  bool is_argument() const { return !name.starts_with('-'); }
};

struct Variable {
  std::string_view name;
  std::string_view sentence;
};

struct Exit {
  int code;
  std::string_view when;
};

struct Example {
  std::string_view line;
  std::string_view sentence;
};

// One command, or a group of them (then it has `commands`; it does something itself only if it has `run`,
// too).
struct Command {
  std::string_view name;
  std::string_view group = {};               // the heading it stands under in the list of its parent
  std::string_view sentence;                 // "Run the gateway": what it does, without a full stop
  std::vector<std::string_view> about = {};  // paragraphs that say more
  std::vector<Option> options = {};
  std::vector<Variable> variables = {};
  std::vector<Exit> exits = {};
  std::vector<Example> examples = {};
  std::vector<Command> commands = {};
  int (*run)(const Arguments&) = nullptr;  // gives the process's exit code
};

// Every command has the first, the program the second, too; nobody declares them.
inline const Option kHelp{.name = "--help", .sentence = "Say what this command does, and how"};
inline const Option kVersion{.name = "--version", .sentence = "Say which version this is"};

// A command and how it is called: "weir cache purge".
struct Called {
  std::string path;
  const Command* command;

  bool is_program() const { return path == command->name; }
  bool does_something() const { return command->commands.empty() || command->run != nullptr; }
};

// `program` and everything below it, each before what is below it.
std::vector<Called> every_command(const Command& program);

// "weir check FILE [options]": how it is called, without its examples.
std::string usage_of(const Called& called);

// "--config FILE", "--key K", "FILE"
std::string spelled(const Option& option);

// Its sentence, and what holds when it isn't given.
std::string explained(const Option& option);

struct Explained {
  std::string name;
  std::string sentence;
};
// Those that it declares, and those that stand for one of its options.
std::vector<Explained> variables_of(const Command& command);

}  // namespace weir::terminal
