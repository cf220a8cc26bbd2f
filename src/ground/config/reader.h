// Reads a configuration's tree into settings, by their declaration.
#pragma once

#include "config/problem_list.h"
#include "config/settings.h"
#include "config/substitution.h"
#include "config/yaml_tree.h"

namespace weir::config {

// What is wrong is added to `problems`; its setting keeps its default.
void read_settings(const YamlNode& root, Substitution& substitution, ProblemList& problems,
                   Settings& settings);

}  // namespace weir::config
