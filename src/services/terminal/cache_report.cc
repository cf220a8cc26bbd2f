#include "terminal/cache_report.h"

#include "terminal/fields.h"
#include "terminal/quantities.h"
#include "terminal/table.h"

namespace weir::terminal {
namespace {

struct Counter {
  const char* shown;
  const char* part;
  const char* name;
};
constexpr std::array kRequests{
    Counter{"hits", "requests", "hit"}, Counter{"joined a call", "requests", "joined"},
    Counter{"misses", "requests", "miss"}, Counter{"  of them expired", "requests", "stale"},
    Counter{"not looked for", "requests", "bypass"}};
constexpr std::array kEvictions{
    Counter{"evicted for room", "evictions", "capacity"}, Counter{"expired", "evictions", "expired"},
    Counter{"purged", "evictions", "purged"}, Counter{"replaced", "evictions", "replaced"}};

std::string hit_share(const Json& layer) {
  const Json& requests = member(layer, "requests");
  std::uint64_t answered = count_in(requests, "hit") + count_in(requests, "joined");
  return percent_of(answered, answered + count_in(requests, "miss"));
}

std::string room_of(const Json& layer) {
  return fmt::format("{} of {}", readable(Bytes{count_in(layer, "bytes")}),
                     readable(Bytes{count_in(layer, "capacity_bytes")}));
}

std::string saving_of(const Json& layer) {
  return readable(NanoDollars{static_cast<std::int64_t>(count_in(layer, "saved_nanos"))});
}

template <class Show>
void add_row(Table& table, const Json& layers, const char* name, Show show) {
  std::vector<Cell> row{name};
  for (const auto& layer : layers) row.emplace_back(show(layer));
  table.add(std::move(row));
}

template <std::size_t kCounters>
void add_counters(Table& table, const Json& layers, const std::array<Counter, kCounters>& counters) {
  for (const auto& counter : counters) {
    add_row(table, layers, counter.shown,
            [&](const Json& layer) { return grouped(count_in(member(layer, counter.part), counter.name)); });
  }
}

struct Target {
  std::string_view option;
  const char* member;
};
constexpr std::array kTargets{Target{"--key", "keys"}, Target{"--tag", "tags"}, Target{"--model", "models"},
                              Target{"--class", "classes"}, Target{"--namespace", "namespaces"}};

}  // namespace

std::optional<std::string> cache_stats_report(std::string_view document, const Screen& screen) {
  Json parsed = document_of(document);
  const Json& layers = member(parsed, "data");
  if (!layers.is_array()) return std::nullopt;
  std::vector<Column> columns{{"SINCE THE START"}};
  for (const auto& layer : layers) columns.push_back({text_in(layer, "layer"), Align::right});
  Table table(std::move(columns));
  add_counters(table, layers, kRequests);
  add_row(table, layers, "answered without a call", hit_share);
  add_row(table, layers, "saved", saving_of);
  add_counters(table, layers, kEvictions);
  add_row(table, layers, "answers now",
          [](const Json& layer) { return grouped(count_in(layer, "entries")); });
  add_row(table, layers, "memory now", room_of);
  return table.to_text(screen);
}

std::optional<std::string> purge_order(const Arguments& arguments) {
  Json order = Json::object();
  if (arguments.has("--all")) order["all"] = true;
  for (const auto& target : kTargets) {
    if (arguments.has(target.option)) order[target.member] = arguments.values(target.option);
  }
  if (order.empty()) return std::nullopt;
  if (arguments.has("--dry-run")) order["dry_run"] = true;
  // Bytes that are no UTF-8 name nothing that could be kept.
  return order.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<std::string> purge_report(std::string_view document, const Arguments& arguments) {
  Json parsed = document_of(document);
  if (!member(parsed, "matched").is_number_unsigned()) return std::nullopt;
  std::uint64_t matched = count_in(parsed, "matched");
  return fmt::format("{} {} answer{}.\n", arguments.has("--dry-run") ? "Would purge" : "Purged",
                     grouped(matched), matched == 1 ? "" : "s");
}

}  // namespace weir::terminal
