// Answers of real providers for the tests of this room: the repository's own few (testdata/, written from the
// providers' documents) and, where they are found, the shared ones (WEIR_TEST_DATA, else ../shared/data).
#pragma once

#include <string>
#include <vector>

#include "wire/paths.h"

namespace weir::replay::testing {

struct Recording {
  std::string name;  // its file and, where that has several, which answer of it
  const wire::RelayedPath* path = nullptr;
  std::string body;
};

// Of the four paths with two modes, with status 200.
std::vector<Recording> recorded_streams();
std::vector<Recording> recorded_documents();

}  // namespace weir::replay::testing
