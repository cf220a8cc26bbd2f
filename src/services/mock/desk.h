// What the simulated provider tells and takes at /_mock/…: for whoever tests with it.
#pragma once

#include <string>
#include <string_view>

#include "mock/mock.h"

namespace weir::mock {

struct DeskAnswer {
  int status = 200;
  std::string_view content_type = "application/json";
  std::string body;
};

inline constexpr std::string_view kDeskPrefix = "/_mock/";

DeskAnswer answer_at_desk(Mock& mock, std::string_view method, std::string_view path, std::string_view body);

}  // namespace weir::mock
