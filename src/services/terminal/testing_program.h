// A small program for the tests of what is made from a tree of commands: it has one of everything.
#pragma once

#include "terminal/command.h"

namespace weir::terminal {

inline Command testing_program() {
  Command bake{
      .name = "bake",
      .sentence = "Bake a cake",
      .about = {".Heat and time are the baker's own; see \"cakes\\pies\"."},
      .options = {{.name = "CAKE", .value = "CAKE", .takes = Takes::file, .sentence = "What to bake"},
                  {.name = "--heat",
                   .value = "DEGREES",
                   .takes = Takes::text,
                   .sentence = "How hot",
                   .more = "in degrees Celsius",
                   .standard = "180",
                   .variable = "HEAT"},
                  {.name = "--topping",
                   .value = "T",
                   .takes = Takes::word,
                   .sentence = "What goes on top",
                   .words = {"cream", "sugar"},
                   .times = Times::any},
                  {.name = "--quietly", .sentence = "Say nothing"}},
      .exits = {{0, "It is done"}},
      .examples = {{"bakery cake bake pie --heat 200", "A hot one."}}};
  Command cake{.name = "cake",
               .sentence = "Make cakes",
               .options = {{.name = "--old", .sentence = "Show yesterday's, too"}},
               .commands = {bake},
               .run = [](const Arguments&) { return 0; }};
  Command open{.name = "open",
               .sentence = "Open the door",
               .options = {{.name = "HOW",
                            .value = "HOW",
                            .takes = Takes::word,
                            .sentence = "How far",
                            .words = {"wide", "ajar"},
                            .times = Times::once_or_never}}};
  return {.name = "bakery", .sentence = "A bakery", .about = {"It has ovens."}, .commands = {open, cake}};
}

}  // namespace weir::terminal
