#include "config/declaration.h"

#include <array>

#include "config/value_types.h"

namespace weir::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using telemetry::LogLevel;

constexpr std::array kLogFormats{Word{"auto", LogFormat::automatic}, Word{"json", LogFormat::json},
                                 Word{"text", LogFormat::text}};
constexpr std::array kOnClientGone{Word{"cancel", OnClientGone::cancel}, Word{"drain", OnClientGone::drain}};
constexpr std::array kLogLevels{Word{"debug", LogLevel::debug}, Word{"info", LogLevel::info},
                                Word{"warn", LogLevel::warning}, Word{"error", LogLevel::error}};

// A wait for something that a person or a program does.
constexpr Bounds<milliseconds> kPatience{milliseconds(100), hours(1)};
// How long an answer may be kept.
constexpr Bounds<milliseconds> kKept{milliseconds(1000), hours(24 * 365)};

void describe_auth(Visitor& v, AuthSettings& auth) {
  v.value({.name = "master_key",
           .about = "The key that may do everything. Without one, calls on loopback need no key.",
           .otherwise = "none"},
          secret(auth.master_key));
}

void describe_request(Visitor& v, RequestLimits& limits) {
  v.value({.name = "head", .about = "The largest head of a request: request line and headers."},
          size(limits.head, {1_KiB, 1_MiB}));
  v.value({.name = "headers", .about = "The most headers of a request."}, count(limits.headers, {1, 1000}));
  v.value({.name = "body", .about = "The largest body of a request; past it a call gets 413."},
          size(limits.body, {1_KiB, 1_GiB}));
  v.value(
      {.name = "buffered",
       .about = "Request bodies and whole answers held in memory at once, in all; past it calls get 503."},
      size(limits.buffered, {1_MiB, 1024_GiB}));
  v.value({.name = "head_timeout", .about = "How long a request's head may take to arrive."},
          time(limits.head_timeout, kPatience));
  v.value({.name = "body_timeout", .about = "How long a request's body may take to arrive."},
          time(limits.body_timeout, kPatience));
  v.value({.name = "idle_timeout", .about = "How long a connection may stay open between two requests."},
          time(limits.idle_timeout, kPatience));
}

void describe_tls(Visitor& v, TlsSettings& tls) {
  v.value({.name = "certificate",
           .about = "A PEM file with the certificate and those that vouch for it; needs `key` too.",
           .change = Change::restart,
           .otherwise = "none: plain HTTP"},
          file(tls.certificate));
  v.value({.name = "key",
           .about = "A PEM file with the certificate's private key.",
           .change = Change::restart,
           .otherwise = "none"},
          file(tls.key));
}

void describe_listener(Visitor& v, ListenerSettings& listener) {
  v.value({.name = "connections",
           .about = "The most connections open at once, in all.",
           .change = Change::restart},
          count(listener.connections, {1, 1'000'000}));
  v.value({.name = "connections_per_address",
           .about = "The most connections open at once from one address; loopback is exempt.",
           .change = Change::restart},
          count(listener.connections_per_address, {1, 1'000'000}));
  v.value({.name = "calls",
           .about = "The most calls under way at once. Past half of it no tenant gets more than its share.",
           .change = Change::restart},
          count(listener.calls, {1, 1'000'000}));
  v.section({.name = "request", .about = "What one request may ask of weir."},
            [&] { describe_request(v, listener.request); });
  v.section({.name = "tls", .about = "HTTPS instead of HTTP."}, [&] { describe_tls(v, listener.tls); });
}

void describe_log(Visitor& v, LogSettings& log) {
  v.value({.name = "format",
           .about = "How log lines look; `auto` is text on a terminal and JSON elsewhere.",
           .change = Change::restart},
          choice(log.format, kLogFormats));
  v.value({.name = "level", .about = "The least important lines to write."}, choice(log.level, kLogLevels));
  v.value({.name = "calls", .about = "Whether each call gets a line, at level `info`."},
          yes_or_no(log.calls));
}

void describe_traces(Visitor& v, TraceSettings& traces) {
  v.value({.name = "endpoint",
           .about = "Where traces are sent, as in `http://127.0.0.1:4318/v1/traces`.",
           .otherwise = "none: no traces"},
          url(traces.endpoint));
  v.value(
      {.name = "sample",
       .about =
           "The share of calls that are traced, of those whose caller doesn't decide it in `traceparent`."},
      share(traces.sample));
  v.value({.name = "per_second",
           .about = "The most calls that are traced in a second, in all; more go untraced."},
          count(traces.per_second, {1, 1'000'000}));
  v.values({.name = "headers",
            .about = "A header of the requests to the endpoint, as an `authorization` that it asks for.",
            .otherwise = "none"},
           "header", [&](const std::string& name) { return header_value(traces.headers[name]); });
}

void describe_metrics(Visitor& v, MetricsSettings& metrics) {
  v.value({.name = "protect",
           .about = "Whether `/metrics` needs the master key; it tells figures and configured names only."},
          yes_or_no(metrics.protect));
}

void describe_cache(Visitor& v, CacheSettings& cache) {
  v.section({.name = "memory", .about = "Answers in weir's own memory."}, [&] {
    v.value({.name = "capacity",
             .about = "The most memory for answers: those that are kept, and those on their way.",
             .change = Change::restart},
            size(cache.memory_capacity, {8_MiB, 1024_GiB}));
  });
  v.value({.name = "entry_limit", .about = "The largest answer that is kept."},
          size(cache.entry_limit, {1_KiB, 64_MiB}));
  v.value({.name = "ttl", .about = "How long an answer is kept whose call has no class and names no time."},
          time(cache.ttl, kKept));
  v.values({.name = "classes",
            .about = "How long answers of a class are kept. A call names its class in `x-weir-class`.",
            .otherwise = "`template`: `24h`, `chat`: `1h`, `insight`: `6h`"},
           "class", [&](const std::string& name) { return time(cache.classes[name], kKept); });
  v.value({.name = "stale_if_error",
           .about = "How long after its time an answer is still served where no other can be had; `0s`: not "
                    "at all."},
          time(cache.stale_if_error, {milliseconds(0), hours(24 * 365)}));
  v.section({.name = "keep", .about = "Which good answers are kept."}, [&] {
    v.value({.name = "tool_calls", .about = "Those that call tools."}, yes_or_no(cache.keep.tool_calls));
    v.value({.name = "cut", .about = "Those that were cut off at their greatest length."},
            yes_or_no(cache.keep.cut));
  });
  v.planned("database", "A layer of the cache in the database.");
  v.planned("max_unsynced", "How long answers are served while other gateways can't be heard.");
  v.planned("redis", "A layer of the cache in Redis.");
  v.planned("strict_purge", "Whether answers are served while other gateways can't be heard.");
}

void describe_degradation(Visitor& v, DegradationSettings& degradation) {
  v.value({.name = "automatic", .about = "Whether weir does less by itself when it is loaded."},
          yes_or_no(degradation.automatic));
  v.value({.name = "no_extras", .about = "The load at which second attempts (`hedge`) end."},
          share(degradation.no_extras));
  v.value({.name = "cheaper", .about = "The load at which models are asked that others name as `cheaper`."},
          share(degradation.cheaper));
  v.value(
      {.name = "cache_only", .about = "The load at which calls are answered from the cache or not at all."},
      share(degradation.cache_only));
  v.value({.name = "margin", .about = "How far below its beginning the load must be for a level to end."},
          share(degradation.margin));
  v.value({.name = "hold", .about = "How long the load must be that low."},
          time(degradation.hold, {milliseconds(1), hours(1)}));
}

void describe_planned(Visitor& v) {
  v.planned("alerts", "Webhooks and the rules that call them.");
  v.planned("budgets", "Shares of a budget at which to alert and to throttle.");
  v.planned("flags", "Features turned on for some callers.");
  v.planned("limits", "Requests and tokens that a key, user or team may use.");
  v.planned("storage", "The database: SQLite or PostgreSQL.");
}

}  // namespace

void describe(Visitor& v, Settings& settings) {
  v.value({.name = "listen",
           .about = "Where weir listens, as HOST:PORT; any but a loopback address needs `auth.master_key`.",
           .change = Change::restart},
          address(settings.listen));
  v.value({.name = "data_dir",
           .about = "The folder for what weir keeps; made if it isn't there.",
           .change = Change::restart},
          file(settings.data_dir));
  v.value({.name = "workers",
           .about = "Event loops, each a thread; `auto` is one for each core.",
           .change = Change::restart},
          count_or_auto(settings.workers, {1, 1024}));
  v.value({.name = "drain", .about = "How long running calls may take to finish once weir is told to stop."},
          time(settings.drain, {milliseconds(0), hours(1)}));
  v.section({.name = "auth", .about = "Who may call."}, [&] { describe_auth(v, settings.auth); });
  v.named(
      {.name = "providers", .about = "Who answers calls: one entry for each, under a name of your choice."},
      "provider", [&](const std::string& name) { describe_provider(v, settings.providers[name]); });
  v.section({.name = "retry", .about = "Making a failed attempt again, before the answer has begun."},
            [&] { describe_retry(v, settings.retry); });
  v.section(
      {.name = "breaker", .about = "Leaving a deployment alone that fails, for each of its keys apart."},
      [&] { describe_breaker(v, settings.breaker); });
  v.section({.name = "hedge", .about = "Asking twice when an answer is late. It costs money."},
            [&] { describe_hedge(v, settings.hedge); });
  v.section({.name = "degradation", .about = "Doing less when weir is loaded."},
            [&] { describe_degradation(v, settings.degradation); });
  v.named({.name = "models",
           .about = "What callers may ask for: a model's name, or a wildcard such as `\"openai/*\"`, which "
                    "stands for any model of its `provider`."},
          "model", [&](const std::string& name) {
            auto& model = settings.models[name];
            model.retry = settings.retry;
            model.breaker = settings.breaker;
            model.hedge = settings.hedge;
            describe_model(v, model);
          });
  v.section({.name = "cache", .about = "Answers kept and served again."},
            [&] { describe_cache(v, settings.cache); });
  v.value(
      {.name = "on_client_gone",
       .about = "What becomes of a call for which nobody waits any more: broken off, or read to its end and "
                "kept where it may be."},
      choice(settings.on_client_gone, kOnClientGone));
  v.section({.name = "listener", .about = "Connections from callers, and what one request may ask."},
            [&] { describe_listener(v, settings.listener); });
  v.section({.name = "log", .about = "What weir writes about itself."},
            [&] { describe_log(v, settings.log); });
  v.section({.name = "traces", .about = "OpenTelemetry traces, over OTLP/HTTP in JSON."},
            [&] { describe_traces(v, settings.traces); });
  v.section({.name = "metrics", .about = "The page that Prometheus reads (`docs/metrics.md`)."},
            [&] { describe_metrics(v, settings.metrics); });
  describe_planned(v);
}

}  // namespace weir::config
