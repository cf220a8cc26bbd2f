#include "terminal/status_report.h"

#include "terminal/columns.h"
#include "terminal/fields.h"
#include "terminal/moments.h"
#include "terminal/table.h"

namespace weir::terminal {
namespace {

// Of what says so much that it has a line of its own: the level, and deployments that are left alone.
bool has_its_own_line(const std::string& part) { return part == "level" || part.starts_with("deployment "); }

std::string line_of(const Json& part, WallTime now, const Screen& screen) {
  return fmt::format("{} for {}: {}\n", screen.inked(Ink::bad, printable(text_in(part, "part"))),
                     for_how_long(text_in(part, "since"), now), printable(text_in(part, "reason")));
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
  std::string lines;
  Table table({{"DEGRADED"}, {"SINCE"}, {"FOR"}, {"WHY"}});
  for (const auto& part : degraded) {
    std::string name = text_in(part, "part");
    if (has_its_own_line(name)) {
      lines += line_of(part, now, screen);
    } else {
      std::string since = text_in(part, "since");
      table.add({{name, Ink::bad}, since, for_how_long(since, now), text_in(part, "reason")});
    }
  }
  text += ", but not everything works.\n";
  if (!lines.empty()) text += '\n' + lines;
  if (!table.empty()) text += '\n' + table.to_text(screen);
  return text;
}

}  // namespace weir::terminal
