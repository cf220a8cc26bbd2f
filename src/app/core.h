// What the gateway is made of: what all loops share, and what lives on each.
#pragma once

#include <thread>

#include "app/breaker_watch.h"
#include "app/cache_control.h"
#include "app/front_desk.h"
#include "app/gateway.h"
#include "app/metrics.h"
#include "app/resilience_control.h"
#include "load/gauge.h"
#include "load/level.h"
#include "mock/dialer.h"
#include "mock/mock.h"
#include "mock/service.h"
#include "reporter/reporter.h"
#include "runtime/dialer.h"
#include "telemetry/names.h"

namespace weir::app {

// What one loop needs to go by a configuration, made by the main thread.
struct Gateway::Change {
  std::shared_ptr<const journey::Rules> rules;
  std::map<std::string, std::shared_ptr<provider::Shared>, std::less<>> providers;
  listener::Terms terms;
};

// What all loops use. Outlives them.
struct Gateway::Shared {
  Shared(const config::Settings& settings, const Clock& given_clock, std::size_t most_connections,
         runtime::TlsContext&& client_tls, const cache::Secret& secret);

  // A change to these settings. The main thread's.
  Change change_to(const config::Settings& settings, std::shared_ptr<const runtime::TlsContext> tls);

  const Clock& clock;
  telemetry::Names names;
  telemetry::Lifecycle lifecycle;
  telemetry::Degradations degradations;
  reporter::Reporter reporter;
  listener::Shared listener;
  admin::Health health;
  runtime::TlsContext calling_tls;
  // By name; one that is not configured any more stays, for the calls that it still has.
  std::map<std::string, std::shared_ptr<provider::Shared>, std::less<>> providers;
  resilience::Registry resilience;
  BreakerWatch breaker_watch;  // the loop's that keeps up
  mock::Mock simulation;
  std::string simulation_text;  // its script; the main thread's
  const http::ServerLimits simulation_limits;
  recording::MemoryBudget answer_memory;
  cache::Cache cache;
  journey::Flights flights;
  journey::TraceLimit trace_limit;
  load::Admission admission;
  load::Levels levels;
  load::LoadGauge gauge;
  const journey::Together together;
  Reloads reloads;
  std::optional<admin::MetricsPress> metrics;  // writes on the pool, which goes first
};

// One loop and what lives on it. In the order of use: each member may use those above it.
struct Gateway::Core {
  Core(Shared& shared, runtime::WorkPool& pool, std::uint64_t seed, const Change& change, EachLoop each_loop);

  // The loop's thread, or before it runs.
  void apply(const Change& change);
  // Providers whose settings are as they were are kept, with their connections.
  journey::Setup setup_of(const Change& change, const journey::Providers& before);

  Shared& shared;
  Loop loop;
  Random random;
  runtime::Resolver resolver;
  runtime::NetworkDialer network;
  mock::Service simulated;
  mock::InProcessDialer in_process;
  telemetry::Histogram lag{"weir_loop_lag_seconds"};
  journey::Journey journey;
  CacheControl cache_control;
  admin::CacheApi cache_api;
  ResilienceControl resilience_control;
  admin::ResilienceApi resilience_api;
  admin::Metrics metrics;
  FrontDesk front_desk;
  listener::Sessions sessions;
  std::optional<listener::Listener> listener;
  Cancellation ending;
  TaskGroup upkeep{loop};
  std::optional<TaskGroup> draining;
  std::thread thread;
};

}  // namespace weir::app
