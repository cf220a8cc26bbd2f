#include "terminal/parse.h"

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "base/try.h"

namespace weir::terminal {
namespace {

const std::string kHelpFlag(kHelp.name);
const std::string kVersionFlag(kVersion.name);

// A command, and its place in CLI11's tree.
struct Place {
  Called called;
  CLI::App* app;
};

std::unexpected<WrongUsage> wrong(const Called& called, std::string_view what) {
  return std::unexpected(WrongUsage{fmt::format("{0}: {1}; {0} --help says more", called.path, what)});
}

// CLI11 takes the line apart. What is missing or too much is found afterwards, to be said in our words.
void declare(CLI::App& app, const Command& command) {
  app.set_help_flag();
  app.add_flag("-h,--help");
  app.require_subcommand(0, 1);
  app.allow_extras();
  for (const auto& option : command.options) {
    std::string name(option.name);
    if (option.takes == Takes::nothing) {
      app.add_flag(name);
    } else {
      app.add_option(name, [](const CLI::results_t&) { return true; })->take_all();
    }
  }
  for (const auto& below : command.commands) declare(*app.add_subcommand(std::string(below.name)), below);
}

// The program, the command that was named, and what is between, once the line is taken apart (even if that
// failed on the way).
std::vector<Place> way_to_command(const Command& program, CLI::App& app) {
  std::vector<Place> way{{.called = {std::string(program.name), &program}, .app = &app}};
  for (auto below = app.get_subcommands(); !below.empty(); below = way.back().app->get_subcommands()) {
    const Called& above = way.back().called;
    std::string name = below.front()->get_name();
    const auto& command = *std::ranges::find(above.command->commands, name, &Command::name);
    way.push_back({.called = {fmt::format("{} {}", above.path, name), &command}, .app = below.front()});
  }
  return way;
}

std::string with_nearest(std::string text, std::string_view wanted, const std::vector<std::string>& names) {
  if (auto nearest = nearest_name(wanted, names)) text += fmt::format(" (did you mean {}?)", *nearest);
  return text;
}

// The first word that has no place in it. CLI11 counts `--` among them, which only says that no more options
// come.
std::optional<std::string> first_unexpected(const CLI::App& app) {
  auto words = app.remaining();
  auto found = std::ranges::find_if(words, [](const auto& word) { return word != "--"; });
  return found == words.end() ? std::nullopt : std::optional(*found);
}

// What is wrong with that word.
std::string unexpected_word(const std::string& word, const Command& command) {
  std::vector<std::string> names;
  if (word.starts_with('-')) {
    for (const auto& option : command.options) {
      if (!option.is_argument()) names.emplace_back(option.name);
    }
    names.push_back(kHelpFlag);
    std::string option = word.substr(0, word.find('='));
    return with_nearest(fmt::format("there is no option \"{}\"", option), option, names);
  }
  if (command.commands.empty()) return fmt::format("\"{}\" is one argument too many", word);
  for (const auto& below : command.commands) names.emplace_back(below.name);
  auto nearest = nearest_name(word, names);
  return fmt::format("there is no command \"{}\" ({})", word,
                     nearest ? fmt::format("did you mean {}?", *nearest)
                             : fmt::format("there are {}", fmt::join(names, ", ")));
}

std::string a_command_is_missing(const Command& command) {
  std::vector<std::string_view> names;
  for (const auto& below : command.commands) names.push_back(below.name);
  return fmt::format("name a command ({})", fmt::join(names, ", "));
}

// Why an option can't have been given these values.
std::optional<std::string> fault_of(const Option& option, const std::vector<std::string>& values) {
  std::string name(option.is_argument() ? option.value : option.name);
  if (option.takes == Takes::nothing) {
    if (std::ranges::any_of(values, [](const auto& value) { return value != "true"; })) {
      return name + " takes no value";
    }
    return std::nullopt;
  }
  if (option.times != Times::any && values.size() > 1) return name + " is given more than once";
  if (option.takes != Takes::word) return std::nullopt;
  for (const auto& value : values) {
    if (std::ranges::find(option.words, value) != option.words.end()) continue;
    std::vector<std::string> words(option.words.begin(), option.words.end());
    return with_nearest(fmt::format("{} can't be \"{}\"", name, value), value, words);
  }
  return std::nullopt;
}

// An option that stands in front of a command, and is not that one's but the group's.
std::optional<std::string_view> misplaced_option(const Place& group) {
  for (const auto& option : group.called.command->options) {
    if (group.app->count(std::string(option.name)) > 0) return option.name;
  }
  return std::nullopt;
}

std::expected<Arguments, WrongUsage> arguments_of(const Place& place,
                                                  const config::Environment& environment) {
  Arguments arguments;
  for (const auto& option : place.called.command->options) {
    auto values = place.app->get_option(std::string(option.name))->results();
    if (values.empty() && !option.variable.empty()) {
      auto variable = environment.variable(std::string(option.variable)).value_or("");
      if (!variable.empty()) values.push_back(std::move(variable));
    }
    if (auto fault = fault_of(option, values)) return wrong(place.called, *fault);
    if (!values.empty()) {
      arguments.set(option.name, std::move(values));
    } else if (option.is_argument() && option.times != Times::once_or_never) {
      return wrong(place.called, fmt::format("{} is missing", option.value));
    } else if (!option.standard.empty()) {
      arguments.set_standard(option.name, option.standard);
    }
  }
  return arguments;
}

}  // namespace

std::optional<std::string> Arguments::value(std::string_view option) const {
  if (auto found = given_.find(option); found != given_.end()) return found->second.back();
  if (auto found = standards_.find(option); found != standards_.end()) return found->second;
  return std::nullopt;
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  auto found = given_.find(option);
  return found == given_.end() ? std::vector<std::string>{} : found->second;
}

void Arguments::set(std::string_view option, std::vector<std::string> values) {
  given_[std::string(option)] = std::move(values);
}

void Arguments::set_standard(std::string_view option, std::string_view value) {
  standards_[std::string(option)] = value;
}

std::expected<Line, WrongUsage> parse(const Command& program, std::vector<std::string> words,
                                      const config::Environment& environment) {
  CLI::App app;
  declare(app, program);
  app.add_flag(kVersionFlag);
  std::ranges::reverse(words);  // as CLI11 wants them
  try {
    app.parse(words);
  } catch (const CLI::ArgumentMismatch& error) {
    // Its text begins with the option that has no value.
    std::string_view what = error.what();
    return wrong(way_to_command(program, app).back().called,
                 fmt::format("{} needs a value", what.substr(0, what.find(':'))));
  } catch (const CLI::ParseError& error) {
    return wrong(way_to_command(program, app).back().called, error.what());
  }
  auto way = way_to_command(program, app);
  const Place& place = way.back();
  bool wants_help = place.app->count(kHelpFlag) > 0 || app.count(kHelpFlag) > 0;
  for (const auto& each : way) {
    auto word = first_unexpected(*each.app);
    // Who asks for help with a command gets it, but one that isn't there has none.
    bool passed_over = wants_help && each.called.command->commands.empty();
    if (word && !passed_over) return wrong(each.called, unexpected_word(*word, *each.called.command));
  }
  if (app.count(kVersionFlag) > 0) return Line{.wish = Wish::version, .called = place.called};
  if (wants_help) return Line{.wish = Wish::help, .called = place.called};
  if (!place.called.does_something()) return wrong(place.called, a_command_is_missing(*place.called.command));
  for (const auto& group : std::span(way).first(way.size() - 1)) {
    if (auto option = misplaced_option(group))
      return wrong(group.called,
                   fmt::format("{} must stand behind \"{}\"", *option, place.called.command->name));
  }
  return Line{.called = place.called, .arguments = TRY(arguments_of(place, environment))};
}

}  // namespace weir::terminal
