#include "app/gateway.h"

#include <thread>

#include "app/cache_control.h"
#include "app/front_desk.h"
#include "app/metrics.h"
#include "base/try.h"
#include "mock/dialer.h"
#include "mock/mock.h"
#include "runtime/dialer.h"
#include "runtime/work_pool.h"
#include "telemetry/log.h"

namespace weir::app {
namespace {

// Descriptors for what is no connection: files, pipes, event loops, look-ups.
constexpr std::size_t kOtherDescriptors = 128;
// How long calls may take to end once nobody waits for them.
constexpr Duration kLastWords = std::chrono::seconds(2);
// Look-ups of names, which may hang while DNS does.
constexpr std::size_t kBlockingThreads = 2;

std::size_t number_of_loops(const config::Settings& settings) {
  return settings.workers > 0 ? settings.workers : std::max(1U, std::thread::hardware_concurrency());
}

// Descriptors that calls to providers may take.
std::size_t provider_descriptors(const config::Settings& settings) {
  std::size_t most = 0;
  for (const auto& [name, provider] : settings.providers) {
    if (provider.kind != config::ProviderKind::simulated) most += provider.connections.max;
  }
  return most;
}

// The kernel's limit may allow fewer connections than the configuration does; providers get a fifth then.
std::size_t connections_that_fit(const config::Settings& settings, std::size_t descriptors) {
  std::size_t taken = kOtherDescriptors + std::min(provider_descriptors(settings), descriptors / 5);
  std::size_t fit = descriptors > taken ? descriptors - taken : 1;
  if (fit >= settings.listener.connections) return settings.listener.connections;
  telemetry::log_warning("few_descriptors", {{"connections", std::to_string(fit)},
                                             {"configured", std::to_string(settings.listener.connections)},
                                             {"advice", "raise the limit of open files (ulimit -n)"}});
  return fit;
}

std::string cannot_listen(const config::Settings& settings, const IoError& error) {
  return fmt::format("can't listen on {}: {}", config::to_string(settings.listen), error.detail);
}

// What the simulated provider does: the script of the configuration, or its usual behaviour.
std::expected<mock::Script, std::string> simulation_script(const config::Settings& settings,
                                                           const config::Environment& environment) {
  for (const auto& [name, provider] : settings.providers) {
    if (provider.script.empty()) continue;
    auto text = environment.read_file(provider.script);
    if (!text) {
      return std::unexpected(fmt::format("can't read {}, the script of provider {}: {}",
                                         provider.script.string(), name, text.error()));
    }
    auto script = mock::parse_script(*text);
    if (!script) return std::unexpected(fmt::format("{}: {}", provider.script.string(), script.error()));
    return *std::move(script);
  }
  return mock::Script{};
}

}  // namespace

// What all loops use. Outlives them.
struct Gateway::Shared {
  Shared(const config::Settings& given, const Clock& given_clock, std::size_t most_connections,
         runtime::TlsContext&& client_tls, mock::Script script, const cache::Secret& secret)
      : settings(given),
        clock(given_clock),
        listener(given.listener, most_connections),
        auth(given.auth),
        router(settings),
        health(lifecycle, degradations),
        calling_tls(std::move(client_tls)),
        simulation(std::move(script)),
        answer_memory(given.cache.memory_capacity),
        cache(settings.cache, answer_memory, secret, given_clock),
        together{.settings = settings,
                 .lifecycle = lifecycle,
                 .auth = auth,
                 .routing = router,
                 .cache = cache,
                 .memory = {.shared = answer_memory, .lone = listener.call_memory},
                 .limits = {.joinable = given.cache.entry_limit, .behind = given.cache.entry_limit},
                 .flights = flights} {
    for (const auto& [name, provider] : settings.providers) {
      providers.try_emplace(name, name, provider.connections.max, listener.call_memory, degradations);
    }
  }

  const runtime::TlsContext* tls() const { return listening_tls ? &*listening_tls : nullptr; }

  const config::Settings settings;
  const Clock& clock;
  telemetry::Lifecycle lifecycle;
  telemetry::Degradations degradations;
  listener::Shared listener;
  auth::Authenticator auth;
  routing::Router router;
  admin::Health health;
  runtime::TlsContext calling_tls;
  std::optional<runtime::TlsContext> listening_tls;
  std::map<std::string, provider::Shared, std::less<>> providers;
  mock::Mock simulation;
  recording::MemoryBudget answer_memory;
  cache::Cache cache;
  journey::Flights flights;
  const journey::Together together;
  std::optional<admin::MetricsPress> metrics;  // writes on the pool, which goes first
};

// One loop and what lives on it. In the order of use: each member may use those above it.
struct Gateway::Core {
  Core(Shared& shared, runtime::WorkPool& pool, std::uint64_t seed, EachLoop each_loop)
      : loop(shared.clock),
        random(seed),
        resolver(loop, pool),
        network(loop, resolver, shared.calling_tls),
        simulated(loop, shared.simulation, shared.listener.limits, shared.listener.call_memory),
        in_process(loop, simulated),
        journey(loop, random, shared.together, make_providers(shared)),
        cache_control(loop, shared.cache, shared.answer_memory, std::move(each_loop)),
        cache_api(shared.clock, cache_control),
        metrics(loop, *shared.metrics),
        front_desk(journey, shared.health, metrics, shared.settings.metrics, cache_api, shared.auth,
                   shared.simulation),
        sessions(loop, shared.listener, shared.tls(), front_desk, shared.lifecycle) {
    loop.on_turn([this](Duration turn) { lag.observe(turn); });
  }

  journey::Journey::Providers make_providers(Shared& shared) {
    journey::Journey::Providers by_name;
    for (const auto& [name, settings] : shared.settings.providers) {
      bool is_simulated = settings.kind == config::ProviderKind::simulated;
      runtime::Dialer& dialer = is_simulated ? static_cast<runtime::Dialer&>(in_process) : network;
      auto& together = shared.providers.find(name)->second;
      providers.push_back(
          std::make_unique<provider::Provider>(name, settings, loop, dialer, random, together));
      by_name.emplace(name, providers.back().get());
    }
    return by_name;
  }

  Loop loop;
  Random random;
  runtime::Resolver resolver;
  runtime::NetworkDialer network;
  mock::Service simulated;
  mock::InProcessDialer in_process;
  std::vector<std::unique_ptr<provider::Provider>> providers;
  journey::CallFigures call_figures;
  telemetry::Histogram lag{"weir_loop_lag_seconds"};
  journey::Journey journey;
  CacheControl cache_control;
  admin::CacheApi cache_api;
  admin::Metrics metrics;
  FrontDesk front_desk;
  listener::Sessions sessions;
  std::optional<listener::Listener> listener;
  Cancellation ending;
  TaskGroup upkeep{loop};
  std::optional<TaskGroup> draining;
  std::thread thread;
};

Gateway::Gateway() = default;
Gateway::~Gateway() = default;

std::size_t Gateway::descriptors_wanted(const config::Settings& settings) {
  return settings.listener.connections + kOtherDescriptors + provider_descriptors(settings);
}

std::expected<std::unique_ptr<Gateway>, std::string> Gateway::prepare(const config::Settings& settings,
                                                                      const config::Environment& environment,
                                                                      const Clock& clock, std::uint64_t seed,
                                                                      std::size_t descriptors,
                                                                      const cache::Secret& secret) {
  std::size_t most_connections = connections_that_fit(settings, descriptors);
  auto client_tls = runtime::TlsContext::for_clients();
  if (!client_tls) return std::unexpected(client_tls.error().detail);
  auto script = TRY(simulation_script(settings, environment));

  std::unique_ptr<Gateway> gateway(new Gateway);
  gateway->shared_ = std::make_unique<Shared>(settings, clock, most_connections, *std::move(client_tls),
                                              std::move(script), secret);
  auto& shared = *gateway->shared_;
  if (settings.listener.tls.enabled()) {
    auto tls = runtime::TlsContext::for_server(settings.listener.tls.certificate, settings.listener.tls.key);
    if (!tls) return std::unexpected(tls.error().detail);
    shared.listening_tls = *std::move(tls);
  }
  if (auto free = runtime::Acceptor::check_free(settings.listen.host, settings.listen.port); !free) {
    return std::unexpected(cannot_listen(settings, free.error()));
  }
  gateway->pool_ = std::make_unique<runtime::WorkPool>(kBlockingThreads);
  auto each_loop = [&cores = gateway->cores_](const std::function<void(const LoopFigures&)>& show) {
    for (const auto& core : cores) show({core->call_figures, core->lag, core->journey.open_streams()});
  };
  shared.metrics.emplace(*gateway->pool_, [&shared, each_loop] {
    return metrics_page({shared.cache.memory(), shared.listener.admission, shared.degradations}, each_loop);
  });
  for (std::size_t i = 0; i < number_of_loops(settings); ++i) {
    gateway->cores_.push_back(std::make_unique<Core>(shared, *gateway->pool_, seed + i, each_loop));
    TRY(gateway->listen(*gateway->cores_.back()));
  }
  return gateway;
}

std::expected<void, std::string> Gateway::listen(Core& core) {
  auto& shared = *shared_;
  const auto& address = shared.settings.listen;
  // With port 0 the first loop takes a free one, which the others share.
  std::uint16_t port = port_ != 0 ? port_ : address.port;
  auto acceptor = runtime::Acceptor::listen(core.loop, address.host, port);
  if (!acceptor) return std::unexpected(cannot_listen(shared.settings, acceptor.error()));
  port_ = acceptor->port();
  core.listener.emplace(core.loop, *std::move(acceptor), core.sessions);
  return {};
}

void Gateway::start() {
  for (std::size_t i = 0; i < cores_.size(); ++i) {
    Core& core = *cores_[i];
    core.thread = std::thread([this, &core, i] {
      runtime::name_this_thread(fmt::format("loop-{}", i));
      core.listener->start();
      if (i == 0) core.upkeep.spawn(keep_up(core, shared_->cache));
      core.loop.run();
    });
  }
  shared_->lifecycle.enter(telemetry::Lifecycle::Stage::serving);
}

// What has to be done once a second for all loops, by one of them.
Task<void> Gateway::keep_up(Core& core, cache::Cache& cache) {
  while (co_await runtime::pause(core.loop, std::chrono::seconds(1), &core.ending)) {
    cache.memory().advance(core.loop.now());
  }
}

// A loop without calls goes on listening until no loop has any: the kernel still gives it connections.
Task<void> Gateway::finish_calls(Core& core) {
  co_await core.sessions.finish_calls(shared_->settings.drain);
  if (busy_cores_.fetch_sub(1) > 1) co_return;
  for (auto& each : cores_) {
    each->loop.post([this, &each = *each] { each.draining->spawn(end(each)); });
  }
}

Task<void> Gateway::end(Core& core) {
  co_await core.listener->end();
  core.ending.cancel(StopReason::draining);
  co_await core.journey.end(kLastWords);
  co_await core.upkeep.wait_until_empty({core.loop.now() + kLastWords});
  core.loop.stop();
}

void Gateway::begin_draining() {
  shared_->lifecycle.enter(telemetry::Lifecycle::Stage::draining);
  busy_cores_ = cores_.size();
  for (auto& core : cores_) {
    core->loop.post([this, &core = *core] {
      core.draining.emplace(core.loop);
      core.draining->spawn(finish_calls(core));
    });
  }
}

void Gateway::join() {
  for (auto& core : cores_) core->thread.join();
}

std::uint16_t Gateway::port() const { return port_; }
std::size_t Gateway::loops() const { return cores_.size(); }
std::vector<telemetry::Degradation> Gateway::degraded() const { return shared_->degradations.list(); }

}  // namespace weir::app
