#include "wire/stream_error.h"

#include <array>

namespace weir::wire {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kErrorData{R"({"error":)"sv, R"({"error" :)"sv, R"({"type":"error")"sv,
                                R"({"type": "error")"sv, R"({"type":"response.failed")"sv};

std::string_view first_line(std::string_view text) { return text.substr(0, text.find_first_of("\r\n")); }

}  // namespace

std::string_view error_at_beginning(std::string_view events) {
  while (!events.empty()) {
    auto line = first_line(events);
    if (line.starts_with("data:")) {
      line.remove_prefix(5);
      if (line.starts_with(' ')) line.remove_prefix(1);
      for (auto beginning : kErrorData) {
        if (line.starts_with(beginning)) return line;
      }
      return {};
    }
    events.remove_prefix(line.size());
    while (!events.empty() && (events.front() == '\r' || events.front() == '\n')) events.remove_prefix(1);
  }
  return {};
}

}  // namespace weir::wire
