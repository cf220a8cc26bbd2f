// Scripts that teach a shell what `weir` takes: its commands, options, their words and files.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "terminal/command.h"

namespace weir::terminal {

inline const std::vector<std::string_view> kShells{"bash", "zsh", "fish"};

// The script for one of kShells, which needs nothing else installed. The same tree gives the same bytes.
std::string completion_of(const Command& program, std::string_view shell);

// Each for its shell.
std::string bash_completion(const Command& program);
std::string zsh_completion(const Command& program);
std::string fish_completion(const Command& program);

// `text` in single quotes, as bash, zsh and fish read them.
std::string single_quoted(std::string_view text);

// 'weir serve', 'weir cache', 'weir cache stats', …: quoted. A script finds the command before the cursor by
// taking a word into its path while that makes another of these, so an option's value is never taken for one.
std::vector<std::string> command_paths(const Command& program);

}  // namespace weir::terminal
