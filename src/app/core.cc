#include "app/core.h"

#include "app/configuration.h"
#include "app/version.h"

namespace weir::app {
namespace {

// The simulated provider refuses no request that weir's own listener lets in.
http::ServerLimits generous_limits() {
  config::RequestLimits largest{.head = 1_MiB, .headers = 1000, .body = 1_GiB};
  return listener::limits_of(largest);
}

}  // namespace

Gateway::Shared::Shared(const config::Settings& settings, const Clock& given_clock,
                        std::size_t most_connections, runtime::TlsContext&& client_tls,
                        const cache::Secret& secret)
    : clock(given_clock),
      reporter(given_clock, degradations, {.version = kVersion}),
      listener(settings.listener, most_connections),
      health(lifecycle, degradations),
      calling_tls(std::move(client_tls)),
      breaker_watch(resilience, given_clock, degradations),
      simulation_limits(generous_limits()),
      answer_memory(settings.cache.memory_capacity),
      cache(answer_memory, secret, given_clock),
      admission(settings.listener.calls),
      levels(settings.degradation, given_clock, degradations),
      gauge(admission, given_clock.now()),
      together{.lifecycle = lifecycle,
               .cache = cache,
               .memory = {.shared = answer_memory, .lone = listener.call_memory},
               .flights = flights,
               .trace_limit = trace_limit,
               .admission = admission,
               .levels = levels} {}

Gateway::Change Gateway::Shared::change_to(const config::Settings& settings,
                                           std::shared_ptr<const runtime::TlsContext> tls) {
  for (auto& [name, known] : providers) {
    if (!settings.providers.contains(name)) known->health.retire();
  }
  for (const auto& [name, provider] : settings.providers) {
    auto& known = providers[name];
    if (!known) {
      known = std::make_shared<provider::Shared>(name, provider.connections.max, listener.call_memory,
                                                 degradations);
    }
    known->connections.allow(provider.connections.max);
    known->health.restore();
  }
  levels.apply(settings.degradation);
  listener.call_memory.allow(settings.listener.request.buffered);
  auto log = log_options_of(settings.log);
  telemetry::set_log_level(log.level);
  reporter.apply({.calls = settings.log.calls, .log = log}, settings.traces);
  return {.rules = std::make_shared<const journey::Rules>(settings, names, resilience),
          .providers = providers,
          .terms = {.limits = listener::limits_of(settings.listener.request), .tls = std::move(tls)}};
}

Gateway::Core::Core(Shared& all, runtime::WorkPool& pool, std::uint64_t seed, const Change& change,
                    EachLoop each_loop)
    : shared(all),
      loop(all.clock),
      random(seed),
      resolver(loop, pool),
      network(loop, resolver, all.calling_tls),
      simulated(loop, all.simulation, all.simulation_limits, all.listener.call_memory),
      in_process(loop, simulated),
      journey(loop, random, all.together, all.reporter.add_loop(), setup_of(change, {})),
      cache_control(loop, all.cache, all.answer_memory, std::move(each_loop)),
      cache_api(all.clock, cache_control),
      resilience_control(all.clock, journey, all.levels),
      resilience_api(resilience_control),
      metrics(loop, *all.metrics),
      front_desk(journey, all.health, metrics, cache_api, resilience_api, all.simulation),
      sessions(loop, all.listener, change.terms, front_desk, all.lifecycle) {
  loop.on_turn([this, &busy = all.gauge.add_loop()](Duration turn) {
    lag.observe(turn);
    busy.note(turn);
  });
}

journey::Setup Gateway::Core::setup_of(const Change& change, const journey::Providers& before) {
  journey::Setup setup{.rules = change.rules, .providers = {}};
  for (const auto& [name, settings] : change.rules->settings.providers) {
    if (auto kept = before.find(name); kept != before.end() && kept->second->settings() == settings) {
      setup.providers.insert(*kept);
      continue;
    }
    bool is_simulated = settings.kind == config::ProviderKind::simulated;
    runtime::Dialer& dialer = is_simulated ? static_cast<runtime::Dialer&>(in_process) : network;
    setup.providers.emplace(name, std::make_shared<provider::Provider>(
                                      name, settings, loop, dialer, shared.names, change.providers.at(name)));
  }
  return setup;
}

void Gateway::Core::apply(const Change& change) {
  journey.apply(setup_of(change, journey.setup().providers));
  sessions.apply(change.terms);
}

}  // namespace weir::app
