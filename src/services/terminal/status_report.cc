#include "terminal/status_report.h"

#include <ctime>

#include "terminal/columns.h"
#include "terminal/fields.h"
#include "terminal/quantities.h"
#include "terminal/table.h"

namespace weir::terminal {
namespace {

// "2026-11-21T14:02:11Z" (RFC 3339), as weir writes times; nothing for any other way.
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

Ink ink_of(std::string_view status) { return status == "ready" ? Ink::good : Ink::bad; }

}  // namespace

std::optional<std::string> status_report(std::string_view document, std::string_view url, WallTime now,
                                         const Screen& screen) {
  Json parsed = document_of(document);
  std::string status = printable(text_in(parsed, "status"));
  const Json& degraded = member(parsed, "degraded");
  if (status.empty() || !degraded.is_array()) return std::nullopt;
  std::string text = fmt::format("weir at {} is {}", url, screen.inked(ink_of(status), status));
  if (degraded.empty()) return text + ".\n";
  Table table({{"DEGRADED"}, {"SINCE"}, {"FOR"}, {"WHY"}});
  for (const auto& part : degraded) {
    std::string since = text_in(part, "since");
    table.add({{text_in(part, "part"), Ink::bad}, since, for_how_long(since, now), text_in(part, "reason")});
  }
  return fmt::format("{}, but not everything works.\n\n{}", text, table.to_text(screen));
}

}  // namespace weir::terminal
