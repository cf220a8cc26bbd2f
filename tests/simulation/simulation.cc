#include "simulation.h"

#include <gtest/gtest.h>

#include "runtime/simulated_network.h"

namespace weir::simulation {
namespace {

config::Settings settings_with(config::ProviderTimeouts timeouts) {
  config::Settings settings;
  auto& provider = settings.providers["simulated"];
  provider.kind = config::ProviderKind::simulated;
  provider.timeouts = timeouts;
  settings.models["sim-1"].deployments = {{"simulated", "sim-1", 1}};
  settings.traces.endpoint =
      *config::BaseUrl::parse("http://localhost/v1/traces");  // so attempts are reported
  return settings;
}

mock::Script script_of(std::string_view yaml) {
  if (yaml.empty()) return {};
  auto script = mock::parse_script(yaml);
  EXPECT_TRUE(script) << script.error();
  return *std::move(script);
}

std::string request_text(std::string_view path, std::string_view lines, std::string_view body) {
  return fmt::format(
      "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{}content-length: "
      "{}\r\n\r\n{}",
      path, lines, body.size(), body);
}

}  // namespace

Asking::Asking(Loop& loop, Socket socket, std::string request)
    : loop_(loop), connection_(std::move(socket)), tasks_(loop) {
  tasks_.spawn(run(std::move(request)));
}

Task<void> Asking::run(std::string request) {
  Until patience{TimePoint::max(), &left_};
  std::string_view whole_request = request;
  if (co_await connection_.send(std::span(&whole_request, 1), patience)) {
    auto head = co_await connection_.read_head("POST", patience);
    if (head) {
      status_ = (*head)->status;
      for (const auto& header : (*head)->headers)
        header_lines_ += fmt::format("{}: {}\n", header.name, header.value);
    }
    while (head && !whole_) {
      auto piece = co_await connection_.read_piece(patience);
      if (!piece) break;
      received_ += piece->bytes.text;
      whole_ = piece->last;
    }
  }
  ended_at_ = loop_.now();
}

std::string Asking::header(std::string_view name) const {
  auto at = header_lines_.find(fmt::format("{}: ", name));
  if (at == std::string::npos) return {};
  at += name.size() + 2;
  return header_lines_.substr(at, header_lines_.find('\n', at) - at);
}

void Asking::leave() {
  left_.cancel(StopReason::not_needed);
  connection_.socket().close();
}

class Simulation::Desk final : public listener::Handler {
 public:
  explicit Desk(journey::Journey& journey) : journey_(journey) {}
  Task<void> answer(http::ServerConnection& connection, Cancellation& stop) override {
    return journey_.answer(connection, stop);
  }
  Task<void> refuse(http::ServerConnection& connection) override { return journey_.refuse(connection); }

 private:
  journey::Journey& journey_;
};

Upstream::Upstream(Loop& loop, const std::string& name, http::ByteBudget& memory,
                   telemetry::Degradations& degradations)
    : loop_(loop),
      mock_({}),
      service_(loop, mock_, limits_, memory),
      dialer_(loop, service_),
      shared_(std::make_shared<provider::Shared>(name, config::ProviderConnections{}.max, memory,
                                                 degradations)) {}

void Upstream::set_script(std::string_view yaml) { mock_.set_script(script_of(yaml)); }

Task<Io<Socket>> Upstream::dial(const runtime::Destination& to, Until until) {
  if (!failing_) co_return co_await dialer_.dial(to, until);
  if (*failing_ == IoError::Kind::timed_out) {
    runtime::WaitQueue nobody;
    auto wake = co_await nobody.wait(loop_, until);
    if (wake == runtime::Wake::cancelled) co_return runtime::failed(IoError::Kind::cancelled);
  }
  co_return runtime::failed(*failing_, "the simulation wants it so");
}

Simulation::Simulation(std::uint64_t seed, std::string_view script, config::ProviderTimeouts timeouts)
    : Simulation(seed, settings_with(timeouts)) {
  set_script(script);
}

Simulation::Simulation(std::uint64_t seed, config::Settings settings)
    : random_(seed),
      shared_({}, config::ListenerSettings{}.connections),
      memory_(config::CacheSettings{}.memory_capacity),
      cache_(memory_, cache::Secret{}, clock_),
      admission_(settings.listener.calls),
      levels_(settings.degradation, clock_, degradations_),
      together_{.lifecycle = lifecycle_,
                .cache = cache_,
                .memory = {.shared = memory_, .lone = shared_.call_memory},
                .flights = flights_,
                .trace_limit = trace_limit_,
                .admission = admission_,
                .levels = levels_},
      journey_(loop_, random_, together_, outbox_, setup_of(std::move(settings))),
      desk_(std::make_unique<Desk>(journey_)),
      sessions_(loop_, shared_, {.limits = listener::limits_of({}), .tls = {}}, *desk_, lifecycle_) {
  lifecycle_.enter(telemetry::Lifecycle::Stage::serving);
}

Upstream& Simulation::provider(const std::string& name) {
  auto& upstream = upstreams_[name];
  if (!upstream) upstream = std::make_unique<Upstream>(loop_, name, shared_.call_memory, degradations_);
  return *upstream;
}

journey::Setup Simulation::setup_of(config::Settings settings) {
  journey::Setup setup{
      .rules = std::make_shared<const journey::Rules>(std::move(settings), names_, resilience_),
      .providers = {}};
  for (const auto& [name, own] : setup.rules->settings.providers) {
    auto& kept = providers_[name];
    if (!kept || kept->settings() != own) {
      auto& upstream = provider(name);
      kept = std::make_shared<provider::Provider>(name, own, loop_, upstream, names_, upstream.shared());
    }
    setup.providers[name] = kept;
  }
  return setup;
}

std::uint64_t Simulation::reconnects() const {
  std::uint64_t sum = 0;
  for (const auto& [name, provider] : providers_) sum += provider->reconnects().value();
  return sum;
}

std::size_t Simulation::upstream_connections() const {
  std::size_t sum = 0;
  for (const auto& [name, upstream] : upstreams_) sum += upstream->shared()->connections.open();
  return sum;
}

void Simulation::apply(config::Settings settings) { journey_.apply(setup_of(std::move(settings))); }

void Simulation::take_reports() {
  outbox_.take([&](const CallReport& report) {
    if (const auto* call = std::get_if<CallRecord>(&report)) calls_.push_back(*call);
    if (const auto* attempt = std::get_if<AttemptRecord>(&report)) attempts_.push_back(*attempt);
  });
}

const std::vector<CallRecord>& Simulation::calls() {
  take_reports();
  return calls_;
}

const std::vector<AttemptRecord>& Simulation::attempts() {
  take_reports();
  return attempts_;
}

Simulation::~Simulation() = default;

std::unique_ptr<Asking> Simulation::ask(std::string_view body, std::string_view path,
                                        std::string_view lines) {
  auto [ours, theirs] = runtime::simulated_connection(loop_);
  PeerAddress loopback;
  loopback.bytes[15] = 1;
  sessions_.take({std::move(theirs), loopback});
  return std::make_unique<Asking>(loop_, std::move(ours), request_text(path, lines, body));
}

bool Simulation::run_until(const std::function<bool()>& done) {
  while (true) {
    loop_.tick();
    take_reports();
    if (done()) return true;
    TimePoint next = loop_.timers().next();
    if (next == TimePoint::max()) return false;
    clock_.advance_to(next);
  }
}

void Simulation::run_for(Duration duration) {
  TimePoint end = clock_.now() + duration;
  while (true) {
    loop_.tick();
    TimePoint next = loop_.timers().next();
    if (next > end) break;
    clock_.advance_to(next);
  }
  clock_.advance_to(end);
  loop_.tick();
}

}  // namespace weir::simulation
