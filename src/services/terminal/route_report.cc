#include "terminal/route_report.h"

#include <cmath>

#include "terminal/columns.h"
#include "terminal/fields.h"
#include "terminal/moments.h"
#include "terminal/table.h"

namespace weir::terminal {
namespace {

std::string percent(double share) { return fmt::format("{}%", std::llround(share * 100)); }

Cell breaker_of(const Json& entry) {
  std::string state = text_in(member(entry, "breaker"), "state");
  Ink ink = state == "closed" ? Ink::good : Ink::bad;
  std::ranges::replace(state, '_', ' ');
  return {std::move(state), ink};
}

// "3/20": of as many as there may be.
std::string under_way(const Json& entry) {
  auto count = std::to_string(count_in(entry, "under_way"));
  if (!member(entry, "limit").is_number_unsigned()) return count;
  return fmt::format("{}/{}", count, count_in(entry, "limit"));
}

std::string latency_of(const Json& entry) {
  const Json& latency = member(entry, "latency_ms");
  return latency.is_number() ? fmt::format("{} ms", std::llround(latency.get<double>())) : "";
}

std::string quota_of(const Json& entry) {
  const Json& left = member(entry, "quota_left");
  return left.is_number() ? percent(left.get<double>()) : "";
}

// "14:02:11Z": none of these moments is far away.
std::string clock_time_in(const Json& of, const char* name) {
  std::string moment = text_in(of, name);
  return time_of(moment) ? moment.substr(moment.find('T') + 1) : "";
}

// Why the breaker is as it is, or why nobody is asked though it is closed.
std::string note_of(const Json& entry) {
  const Json& breaker = member(entry, "breaker");
  if (!text_in(breaker, "forced").empty()) return "by hand";
  if (auto until = clock_time_in(breaker, "until"); !until.empty()) {
    return fmt::format("until {}; {} of {} failed, {} slow", until, count_in(breaker, "failed"),
                       count_in(breaker, "results"), count_in(breaker, "slow"));
  }
  auto rest = clock_time_in(entry, "rests_until");
  return rest.empty() ? "" : fmt::format("rests until {}", rest);
}

// Bytes that are no UTF-8 name nothing that could be there.
std::string order_of(const Json& members) {
  return members.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::optional<std::string> route_report(std::string_view document, const Screen& screen) {
  Json parsed = document_of(document);
  const Json& entries = member(parsed, "data");
  if (!entries.is_array()) return std::nullopt;
  if (entries.empty()) return "There are no deployments.\n";
  Table table({{"DEPLOYMENT"},
               {"KEY"},
               {"BREAKER"},
               {"UNDER WAY", Align::right},
               {"LATENCY", Align::right},
               {"QUOTA", Align::right},
               {"NOTE"}});
  for (const auto& entry : entries) {
    table.add({text_in(entry, "deployment"), text_in(entry, "key_name"), breaker_of(entry), under_way(entry),
               latency_of(entry), quota_of(entry), note_of(entry)});
  }
  return table.to_text(screen);
}

std::string breaker_change(const Arguments& arguments, std::string_view state) {
  Json change{{"deployment", arguments.value("DEPLOYMENT").value_or("")}, {"state", state}};
  if (auto key = arguments.value("--key")) change["key_name"] = *key;
  return order_of(change);
}

std::optional<std::string> level_report(std::string_view document, WallTime now, const Screen& screen) {
  Json parsed = document_of(document);
  std::string level = printable(text_in(parsed, "level"));
  const Json& load = member(parsed, "load");
  if (level.empty() || !load.is_number()) return std::nullopt;
  std::string since = printable(text_in(parsed, "since"));
  std::string how_long = for_how_long(since, now);
  return fmt::format("level {} for {}, since {}: {}\nload {}\n",
                     screen.inked(level == "full" ? Ink::good : Ink::bad, level), how_long, since,
                     printable(text_in(parsed, "why")), percent(load.get<double>()));
}

std::string level_change(std::string_view level) { return order_of({{"level", level}}); }

}  // namespace weir::terminal
