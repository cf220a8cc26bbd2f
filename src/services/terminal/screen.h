// Where text is shown, and whether it may have colours there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/environment.h"

namespace weir::terminal {

enum class Colours { none, sixteen };
enum class Ink { plain, heading, good, bad, faint };

struct Screen {
  std::size_t columns = 80;
  Colours colours = Colours::none;

  // `text` in the terminal's own colours (ECMA-48 SGR), or as it is.
  std::string inked(Ink ink, std::string_view text) const;
};

// What `descriptor` leads to. Colours only on a terminal, and there not if NO_COLOR is set and not empty
// (no-color.org) or TERM is `dumb`. A terminal has its own width, but no less than 40; all else has 80.
Screen screen_of(int descriptor, const config::Environment& environment);

// The rules for colours without asking the system.
Colours colours_on_terminal(const config::Environment& environment);

}  // namespace weir::terminal
