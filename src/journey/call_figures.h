// How calls went, for the metrics page: counted when each is over.
#pragma once

#include "model/call_record.h"

namespace weir::journey {

// One loop's; any thread may read.
class CallFigures {
 public:
  void note(const CallRecord& /*call*/) {}
  void note(const AttemptRecord& /*attempt*/) {}
};

}  // namespace weir::journey
