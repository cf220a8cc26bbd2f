// The man page, made from the tree of commands.
#pragma once

#include <string>

#include "terminal/command.h"

namespace weir::terminal {

struct Edition {
  std::string_view version;  // "0.1.0"
  std::string_view date;     // of that version: "2026-11-21"
};

// Section 1, in roff with the macros of man(7). The same tree and edition give the same bytes.
std::string manual_of(const Command& program, const Edition& edition);

}  // namespace weir::terminal
