#include "terminal/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace weir::terminal {
namespace {

constexpr std::size_t kLeastColumns = 40;  // narrower tables say nothing

std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::heading:
      return "\x1b[1m";
    case Ink::good:
      return "\x1b[32m";
    case Ink::bad:
      return "\x1b[31m";
    case Ink::faint:
      return "\x1b[2m";
  }
  return "";
}

}  // namespace

std::string Screen::inked(Ink ink, std::string_view text) const {
  if (colours == Colours::none || ink == Ink::plain || text.empty()) return std::string(text);
  return fmt::format("{}{}\x1b[0m", code_of(ink), text);
}

Colours colours_on_terminal(const config::Environment& environment) {
  bool unwanted = !environment.variable("NO_COLOR").value_or("").empty();
  return unwanted || environment.variable("TERM") == "dumb" ? Colours::none : Colours::sixteen;
}

Screen screen_of(int descriptor, const config::Environment& environment) {
  Screen screen;
  if (isatty(descriptor) == 0) return screen;
  screen.colours = colours_on_terminal(environment);
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    screen.columns = std::max<std::size_t>(size.ws_col, kLeastColumns);
  }
  return screen;
}

}  // namespace weir::terminal
