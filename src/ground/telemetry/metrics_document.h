// docs/metrics.md, made from the declaration of the metrics.
#pragma once

#include <string>

namespace weir::telemetry {

// The whole page, Markdown. The same in every run.
std::string metrics_document();

}  // namespace weir::telemetry
