#include "admin/resilience_api.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "base/rfc3339.h"
#include "base/text.h"
#include "base/try.h"

namespace weir::admin {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kDeployments = "/api/v1/deployments";
constexpr std::string_view kBreaker = "/api/v1/deployments/breaker";
constexpr std::string_view kLevel = "/api/v1/level";

bool takes(std::string_view path, std::string_view method) {
  if (path == kBreaker) return method == "POST";
  return method == "GET" || (path == kLevel && method == "PUT");
}

// As the header `allow` writes them.
std::string_view methods_of(std::string_view path) {
  if (path == kDeployments) return "GET";
  return path == kBreaker ? "POST" : "GET, PUT";
}

std::string_view name_of(BreakerState state) {
  switch (state) {
    case BreakerState::closed:
      return "closed";
    case BreakerState::open:
      return "open";
    case BreakerState::half_open:
      return "half_open";
  }
  return "";
}

Json forced(BreakerOrder told) {
  if (told == BreakerOrder::automatic) return nullptr;
  return told == BreakerOrder::open ? "open" : "closed";
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}
Json or_null(const std::optional<WallTime>& time) { return time ? Json(rfc3339(*time)) : Json(nullptr); }

// To the microsecond.
Json milliseconds_of(const std::optional<Duration>& time) {
  if (!time) return nullptr;
  return static_cast<double>(std::chrono::round<std::chrono::microseconds>(*time).count()) / 1000;
}

Json to_json(const EndpointFigures& figures) {
  return {{"deployment", figures.deployment},
          {"provider", figures.provider},
          {"key_name", figures.key_name.empty() ? Json(nullptr) : Json(figures.key_name)},
          {"models", figures.models},
          {"breaker",
           {{"state", name_of(figures.state)},
            {"forced", forced(figures.told)},
            {"until", or_null(figures.until)},
            {"openings_in_a_row", figures.openings_in_a_row},
            {"results", figures.results},
            {"failed", figures.failed},
            {"slow", figures.slow}}},
          {"under_way", figures.under_way},
          {"limit", or_null(figures.limit)},
          {"latency_ms", milliseconds_of(figures.latency)},
          {"quota_left", or_null(figures.quota_left)},
          {"rests_until", or_null(figures.rests_until)}};
}

// A name in a configuration may be any bytes; what is no UTF-8 is shown as U+FFFD.
std::string text_of(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string list_of(const std::vector<EndpointFigures>& all) {
  Json data = Json::array();
  for (const auto& figures : all) data.push_back(to_json(figures));
  return text_of({{"data", std::move(data)}, {"next_cursor", nullptr}});
}

bool is_meant(const EndpointFigures& figures, const BreakerChange& change) {
  return figures.deployment == change.deployment &&
         (!change.key_name || figures.key_name == *change.key_name);
}

// Why no deployment is meant: there is no such name, or it has no such key.
Problem nothing_meant(const BreakerChange& change, const std::vector<EndpointFigures>& all) {
  auto is_there = std::ranges::find(all, change.deployment, &EndpointFigures::deployment) != all.end();
  std::vector<std::string> names;
  for (const auto& figures : all) {
    if (!is_there) names.push_back(figures.deployment);
    if (figures.deployment == change.deployment) names.push_back(figures.key_name);
  }
  std::string_view wanted = is_there ? *change.key_name : std::string_view(change.deployment);
  auto nearest = nearest_name(wanted, names);
  return {.status = 404,
          .code = is_there ? "no_such_key" : "no_such_deployment",
          .detail = "There is no such deployment; nothing was changed. GET /api/v1/deployments lists them.",
          .errors = {{is_there ? "key_name" : "deployment",
                      nearest ? fmt::format("did you mean {}?", *nearest) : "is not configured"}}};
}

}  // namespace

bool ResilienceApi::answers(std::string_view path) {
  return path == kDeployments || path == kBreaker || path == kLevel;
}

Task<void> ResilienceApi::answer(http::ServerConnection& connection, Cancellation& stop) {
  const auto& head = connection.head();
  if (!takes(head.path, head.method)) {
    auto methods = methods_of(head.path);
    co_return co_await answer_problem(connection, stop,
                                      {.status = 405,
                                       .code = "wrong_method",
                                       .detail = fmt::format("{} takes {} only.", head.path, methods),
                                       .allowed_method = methods});
  }
  auto body = co_await connection.read_body(&stop);
  if (!body) {
    co_return co_await answer_problem(
        connection, stop,
        {.status = body.error().status, .code = "malformed_http", .detail = body.error().reason});
  }
  auto answer = answer_to(head, body->text);
  if (!answer) co_return co_await answer_problem(connection, stop, std::move(answer).error());
  co_await answer_document(connection, stop, *std::move(answer));
}

ResilienceApi::Answer ResilienceApi::answer_to(const http::RequestHead& head, std::string_view body) {
  if (head.path == kDeployments) return deployments(head.query);
  if (head.path == kBreaker) return change_breakers(body);
  return head.method == "PUT" ? change_level(body) : level();
}

ResilienceApi::Answer ResilienceApi::deployments(std::string_view query) const {
  if (query.empty()) return list_of(port_.endpoints());
  return std::unexpected(
      Problem{.status = 400,
              .code = "malformed_request",
              .detail = "The list of deployments is always whole, and takes no parameters."});
}

ResilienceApi::Answer ResilienceApi::change_breakers(std::string_view body) {
  auto change = TRY(read_breaker_change(body));
  auto none_meant = [&](const EndpointFigures& figures) { return !is_meant(figures, change); };
  auto before = port_.endpoints();
  if (std::ranges::all_of(before, none_meant)) return std::unexpected(nothing_meant(change, before));
  port_.tell_breakers(change.deployment, change.key_name, change.order);
  auto changed = port_.endpoints();
  std::erase_if(changed, none_meant);
  return list_of(changed);
}

ResilienceApi::Answer ResilienceApi::level() const {
  auto figures = port_.level();
  return text_of({{"level", figures.level},
                  {"by_hand", figures.by_hand},
                  {"since", rfc3339(figures.since)},
                  {"load", std::round(figures.load * 1000) / 1000},
                  {"why", figures.why}});
}

ResilienceApi::Answer ResilienceApi::change_level(std::string_view body) {
  port_.set_level(TRY(read_level(body, port_.levels())));
  return level();
}

}  // namespace weir::admin
