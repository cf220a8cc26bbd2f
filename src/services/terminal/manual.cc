#include "terminal/manual.h"

#include <fmt/ranges.h>

#include "terminal/columns.h"

namespace weir::terminal {
namespace {

constexpr std::size_t kColumns = 78;  // of the page's source, as man(7) advises

// Text that roff shows as it is: hyphens that one can copy, no escapes, and no word that would be a request
// where a line breaks in front of it (groff(7)).
std::string plain(std::string_view text) {
  std::string escaped;
  char before = ' ';
  for (char c : text) {
    if (before == ' ' && c == '.') escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else if (c == '\'') {
      escaped += "\\(aq";
    } else if (c == '"') {
      escaped += "\\(dq";
    } else {
      escaped += c;
    }
    before = c;
  }
  return escaped;
}

std::string flowing(std::string_view text) { return wrapped(plain(text), kColumns) + '\n'; }

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return result;
}

std::string heading(std::string_view macro, std::string_view text) {
  return fmt::format(".{} \"{}\"\n", macro, plain(text));
}

std::string entry(std::string_view term, std::string_view sentence) {
  return fmt::format(".TP\n{}\n{}", term, flowing(sentence));
}

// "\fB\-\-config\fR \fIFILE\fR"
std::string term_of(const Option& option) {
  if (option.is_argument()) return fmt::format("\\fI{}\\fR", plain(option.value));
  std::string term = fmt::format("\\fB{}\\fR", plain(option.name));
  if (!option.value.empty()) term += fmt::format(" \\fI{}\\fR", plain(option.value));
  return term;
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", plain(text)); }

std::string sentence_of(std::string_view sentence) { return fmt::format("{}.", sentence); }

// Paragraphs that stand under a heading already.
std::string paragraphs(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ".PP\n"));
}

std::string examples(const Command& command) {
  std::vector<std::string> texts;
  for (const auto& example : command.examples) {
    texts.push_back(flowing(example.sentence) + ".PP\n.RS 4\n.nf\n" + plain(example.line) + "\n.fi\n.RE\n");
  }
  return paragraphs(texts);
}

std::string exits(const Command& command) {
  std::string text;
  for (const auto& exit : command.exits)
    text += entry(bold(std::to_string(exit.code)), sentence_of(exit.when));
  return text;
}

std::string variables(const Command& command) {
  std::string text;
  for (const auto& variable : variables_of(command)) {
    text += entry(bold(variable.name), sentence_of(variable.sentence));
  }
  return text;
}

std::string titled(std::string_view title, const std::string& text) {
  return text.empty() ? "" : fmt::format(".PP\n{}:\n{}", title, text);
}

// A command's own section.
std::string section(const Called& called) {
  const Command& command = *called.command;
  std::string text = heading("SS", called.path) + flowing(sentence_of(command.sentence));
  for (auto paragraph : command.about) text += ".PP\n" + flowing(paragraph);
  for (const auto& option : command.options) text += entry(term_of(option), sentence_of(explained(option)));
  text += titled("Environment", variables(command)) + titled("Exit codes", exits(command));
  return text + (command.examples.empty() ? "" : ".PP\n" + examples(command));
}

std::string synopsis(const Command& program) {
  std::vector<std::string> lines;
  for (const auto& called : every_command(program)) {
    if (!called.does_something()) continue;
    lines.push_back(bold(called.path) + plain(usage_of(called).substr(called.path.size())) + '\n');
  }
  return fmt::format("{}", fmt::join(lines, ".br\n"));
}

std::string description(const Command& program) {
  std::vector<std::string> texts;
  for (auto paragraph : program.about) texts.push_back(flowing(paragraph));
  return paragraphs(texts);
}

}  // namespace

std::string manual_of(const Command& program, const Edition& edition) {
  std::string text = fmt::format(".\\\" Made by `{} man` from the tree of its commands.\n", program.name);
  text += fmt::format(".TH \"{0}\" 1 \"{1}\" \"{2} {3}\" \"User commands\"\n", upper(program.name),
                      edition.date, program.name, edition.version);
  text += heading("SH", "NAME") + flowing(program.name) + "\\- " + flowing(program.sentence);
  text += heading("SH", "SYNOPSIS") + synopsis(program);
  text += heading("SH", "DESCRIPTION") + description(program);
  text += heading("SH", "COMMANDS");
  for (const auto& called : every_command(program)) {
    if (!called.is_program()) text += section(called);
  }
  text += heading("SH", "OPTIONS");
  text += flowing("Every command has the first of these; the program alone has the second.");
  text += entry("\\fB\\-h\\fR, \\fB\\-\\-help\\fR", sentence_of(kHelp.sentence));
  text += entry(term_of(kVersion), sentence_of(kVersion.sentence));
  if (!variables(program).empty()) text += heading("SH", "ENVIRONMENT") + variables(program);
  if (!program.exits.empty()) text += heading("SH", "EXIT STATUS") + exits(program);
  if (!program.examples.empty()) text += heading("SH", "EXAMPLES") + examples(program);
  return text;
}

}  // namespace weir::terminal
