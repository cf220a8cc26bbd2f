// The settings of a weir that is started without a configuration file.
#pragma once

#include <expected>
#include <vector>

#include "config/environment.h"
#include "config/problem.h"
#include "config/settings.h"

namespace weir::config {

// The provider `simulated`, and `openai` and `anthropic` where OPENAI_API_KEY or ANTHROPIC_API_KEY is set and
// not empty, at OPENAI_BASE_URL or ANTHROPIC_BASE_URL if that is set. Each has its wildcard `NAME/*`; `sim-1`
// is a model by name, `sim-*` goes to `simulated`, and other bare names go by the caller's dialect.
//
// An error names the variables that hold no key or no URL, as problems of the file `environment`.
std::expected<Settings, std::vector<Problem>> default_settings(const Environment& environment);

}  // namespace weir::config
