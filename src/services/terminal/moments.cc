#include "terminal/moments.h"

#include <ctime>

#include "terminal/quantities.h"

namespace weir::terminal {

std::optional<WallTime> time_of(const std::string& text) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

std::string for_how_long(const std::string& since, WallTime now) {
  auto begun = time_of(since);
  if (!begun) return "";
  return readable(std::chrono::floor<std::chrono::seconds>(now - *begun));
}

}  // namespace weir::terminal
