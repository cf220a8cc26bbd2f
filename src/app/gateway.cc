#include "app/gateway.h"

#include <condition_variable>
#include <mutex>

#include "app/core.h"
#include "app/metrics.h"
#include "base/try.h"
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

struct SimulationScript {
  std::string text;  // empty: the usual behaviour
  mock::Script script;
};

// What the simulated provider does, as the configuration has it.
std::expected<SimulationScript, std::string> simulation_script(const config::Settings& settings,
                                                               const config::Environment& environment) {
  for (const auto& [name, provider] : settings.providers) {
    if (provider.script.empty()) continue;
    auto text = environment.read_file(provider.script);
    if (!text)
      return std::unexpected(fmt::format("can't read the script of provider {}: {}", name, text.error()));
    auto script = mock::parse_script(*text);
    if (!script) return std::unexpected(fmt::format("the script of provider {}: {}", name, script.error()));
    return SimulationScript{*std::move(text), *std::move(script)};
  }
  return SimulationScript{};
}

std::expected<std::shared_ptr<const runtime::TlsContext>, std::string> listening_tls(
    const config::TlsSettings& settings) {
  if (!settings.enabled()) return nullptr;
  auto tls = runtime::TlsContext::for_server(settings.certificate, settings.key);
  if (!tls) return std::unexpected(fmt::format("listener.tls: {}", tls.error().detail));
  return std::make_shared<const runtime::TlsContext>(*std::move(tls));
}

}  // namespace

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
  auto tls = TRY(listening_tls(settings.listener.tls));

  std::unique_ptr<Gateway> gateway(new Gateway);
  gateway->shared_ =
      std::make_unique<Shared>(settings, clock, most_connections, *std::move(client_tls), secret);
  auto& shared = *gateway->shared_;
  shared.simulation_text = std::move(script.text);
  shared.simulation.set_script(std::move(script.script));
  if (auto free = runtime::Acceptor::check_free(settings.listen.host, settings.listen.port); !free) {
    return std::unexpected(cannot_listen(settings, free.error()));
  }
  gateway->pool_ = std::make_unique<runtime::WorkPool>(kBlockingThreads);
  auto change = shared.change_to(settings, std::move(tls));
  auto each_loop = [&cores = gateway->cores_](const std::function<void(const LoopFigures&)>& show) {
    for (const auto& core : cores) show({core->journey.figures(), core->lag, core->journey.open_streams()});
  };
  shared.metrics.emplace(*gateway->pool_, [&shared, each_loop] {
    return metrics_page({.clock = shared.clock,
                         .cache = shared.cache.memory(),
                         .admission = shared.listener.admission,
                         .degradations = shared.degradations,
                         .reporter = shared.reporter,
                         .reloads = shared.reloads,
                         .endpoints = shared.resilience,
                         .load = {shared.admission, shared.gauge, shared.levels}},
                        each_loop);
  });
  for (std::size_t i = 0; i < number_of_loops(settings); ++i) {
    gateway->cores_.push_back(std::make_unique<Core>(shared, *gateway->pool_, seed + i, change, each_loop));
    TRY(gateway->listen(*gateway->cores_.back()));
  }
  return gateway;
}

std::expected<void, std::string> Gateway::listen(Core& core) {
  const auto& settings = core.journey.setup().rules->settings;
  const auto& address = settings.listen;
  // With port 0 the first loop takes a free one, which the others share.
  std::uint16_t port = port_ != 0 ? port_ : address.port;
  auto acceptor = runtime::Acceptor::listen(core.loop, address.host, port);
  if (!acceptor) return std::unexpected(cannot_listen(settings, acceptor.error()));
  port_ = acceptor->port();
  core.listener.emplace(core.loop, *std::move(acceptor), core.sessions);
  return {};
}

void Gateway::start() {
  shared_->reporter.start();
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

std::expected<void, std::string> Gateway::apply(const config::Settings& settings,
                                                const config::Environment& environment) {
  auto script = TRY(simulation_script(settings, environment));
  auto tls = TRY(listening_tls(settings.listener.tls));
  // One that is as it was goes on where it is.
  if (shared_->simulation_text != script.text) {
    shared_->simulation_text = std::move(script.text);
    shared_->simulation.set_script(std::move(script.script));
  }
  auto change = shared_->change_to(settings, std::move(tls));
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t left = cores_.size();
  for (auto& core : cores_) {
    core->loop.post([&, &core = *core] {
      core.apply(change);
      std::lock_guard lock(mutex);
      if (--left == 0) changed.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return left == 0; });
  return {};
}

void Gateway::note_reload(const std::optional<std::string>& refused) {
  constexpr const char* kPart = "configuration";
  auto& reloads = shared_->reloads;
  if (refused) {
    reloads.refused.add();
    shared_->degradations.report(kPart, *refused, shared_->clock.wall());
  } else {
    reloads.applied.add();
    (void)shared_->degradations.clear(kPart);
  }
}

// What has to be done once a second for all loops, by one of them.
Task<void> Gateway::keep_up(Core& core, cache::Cache& cache) {
  while (co_await runtime::pause(core.loop, std::chrono::seconds(1), &core.ending)) {
    cache.memory().advance(core.loop.now());
    auto& shared = core.shared;
    const double load = shared.gauge.advance(core.loop.now());
    shared.resilience.forget_unused();  // what a reload took away, once its last call has ended
    const bool unhealthy = shared.breaker_watch.look();
    shared.levels.advance({.load = load, .unhealthy = unhealthy}, core.loop.now());
  }
}

// A loop without calls goes on listening until no loop has any: the kernel still gives it connections.
Task<void> Gateway::finish_calls(Core& core) {
  co_await core.sessions.finish_calls(core.journey.setup().rules->settings.drain);
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
