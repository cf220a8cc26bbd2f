// docs/configuration.md, written from the declaration.
#pragma once

#include <string>

namespace weir::config {

// The whole page, Markdown. The same in every run.
std::string configuration_document();

}  // namespace weir::config
