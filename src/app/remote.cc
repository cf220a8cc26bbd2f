#include "app/remote.h"

#include <unistd.h>

#include "app/command_line.h"
#include "app/output.h"
#include "base/clock.h"
#include "terminal/admin_client.h"
#include "terminal/cache_report.h"
#include "terminal/route_report.h"
#include "terminal/status_report.h"

namespace weir::app {
namespace {

using terminal::AdminClient;
using terminal::Arguments;
using terminal::Screen;

std::expected<AdminClient, std::string> client_of(const Arguments& arguments) {
  return terminal::admin_client(*arguments.value("--url"), arguments.value("--key-file"),
                                config::process_environment());
}

Screen screen() { return terminal::screen_of(STDOUT_FILENO, config::process_environment()); }

int give_up(std::string_view command, std::string_view sentence, ExitCode code) {
  complain(command, sentence);
  return code;
}

std::string as_it_came(const AdminClient::Answer& answer) {
  return answer.body.ends_with('\n') ? answer.body : answer.body + '\n';
}

// Shows an answer that was not refused: with --json as it came, else the `report` made of it.
int show(std::string_view command, const Arguments& arguments, const AdminClient::Answer& answer,
         const std::optional<std::string>& report) {
  if (arguments.has("--json")) return say(as_it_came(answer));
  if (!report)
    return give_up(command, "the answer is of a kind that this weir doesn't know; --json shows it", kFailed);
  return say(*report);
}

// Shows what became of a request: its answer with the report that `report_of` makes, or why there is none.
template <class ReportOf>
int conclude(std::string_view command, const Arguments& arguments,
             const std::expected<AdminClient::Answer, std::string>& answer, ReportOf report_of) {
  if (!answer) return give_up(command, answer.error(), kFailed);
  if (answer->status == 200) return show(command, arguments, *answer, report_of(answer->body));
  if (arguments.has("--json")) say(as_it_came(*answer));
  return give_up(command, refusal_of(*answer), kFailed);
}

std::optional<std::string> report_of_route(std::string_view document) {
  return terminal::route_report(document, screen());
}

int tell_breaker(std::string_view command, const Arguments& arguments, std::string_view state) {
  auto client = client_of(arguments);
  if (!client) return give_up(command, client.error(), kWrongUsage);
  auto answer = client->post("/api/v1/deployments/breaker", terminal::breaker_change(arguments, state));
  return conclude(command, arguments, answer, report_of_route);
}

}  // namespace

int status(const Arguments& arguments) {
  constexpr std::string_view kName = "weir status";
  constexpr int kNotReady = 503;  // while starting or draining
  auto client = client_of(arguments);
  if (!client) return give_up(kName, client.error(), kWrongUsage);
  auto answer = client->get("/readyz");
  auto report_of = [&](std::string_view document) {
    return terminal::status_report(document, to_string(client->url), SystemClock().wall(), screen());
  };
  if (!answer || answer->status != kNotReady) return conclude(kName, arguments, answer, report_of);
  show(kName, arguments, *answer, report_of(answer->body));
  return kFailed;
}

int cache_stats(const Arguments& arguments) {
  constexpr std::string_view kName = "weir cache stats";
  auto client = client_of(arguments);
  if (!client) return give_up(kName, client.error(), kWrongUsage);
  return conclude(kName, arguments, client->get("/api/v1/cache/stats"),
                  [](std::string_view document) { return terminal::cache_stats_report(document, screen()); });
}

int cache_purge(const Arguments& arguments) {
  constexpr std::string_view kName = "weir cache purge";
  auto order = terminal::purge_order(arguments);
  if (!order) {
    return give_up(kName, "say what to purge: --all, --key, --tag, --model, --class or --namespace",
                   kWrongUsage);
  }
  auto client = client_of(arguments);
  if (!client) return give_up(kName, client.error(), kWrongUsage);
  return conclude(kName, arguments, client->post("/api/v1/cache/purge", *order),
                  [&](std::string_view document) { return terminal::purge_report(document, arguments); });
}

int route(const Arguments& arguments) {
  constexpr std::string_view kName = "weir route";
  auto client = client_of(arguments);
  if (!client) return give_up(kName, client.error(), kWrongUsage);
  return conclude(kName, arguments, client->get("/api/v1/deployments"), report_of_route);
}

int route_open(const Arguments& arguments) { return tell_breaker("weir route open", arguments, "open"); }
int route_close(const Arguments& arguments) { return tell_breaker("weir route close", arguments, "closed"); }
int route_auto(const Arguments& arguments) { return tell_breaker("weir route auto", arguments, "auto"); }

int level(const Arguments& arguments) {
  constexpr std::string_view kName = "weir level";
  constexpr std::string_view kPath = "/api/v1/level";
  auto client = client_of(arguments);
  if (!client) return give_up(kName, client.error(), kWrongUsage);
  auto wanted = arguments.value("LEVEL");
  auto answer = wanted ? client->put(kPath, terminal::level_change(*wanted)) : client->get(kPath);
  return conclude(kName, arguments, answer, [](std::string_view document) {
    return terminal::level_report(document, SystemClock().wall(), screen());
  });
}

}  // namespace weir::app
