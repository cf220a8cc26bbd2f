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

Simulation::Simulation(std::uint64_t seed, std::string_view script, config::ProviderTimeouts timeouts)
    : random_(seed),
      shared_({}, config::ListenerSettings{}.connections),
      mock_(script_of(script)),
      service_(loop_, mock_, limits_, shared_.call_memory),
      dialer_(loop_, service_),
      upstream_(std::make_shared<provider::Shared>("simulated", config::ProviderConnections{}.max,
                                                   shared_.call_memory, degradations_)),
      memory_(config::CacheSettings{}.memory_capacity),
      cache_(memory_, cache::Secret{}, clock_),
      together_{.lifecycle = lifecycle_,
                .cache = cache_,
                .memory = {.shared = memory_, .lone = shared_.call_memory},
                .flights = flights_,
                .trace_limit = trace_limit_},
      journey_(loop_, random_, together_, outbox_, setup_of(settings_with(timeouts))),
      desk_(std::make_unique<Desk>(journey_)),
      sessions_(loop_, shared_, {.limits = limits_, .tls = {}}, *desk_, lifecycle_) {
  lifecycle_.enter(telemetry::Lifecycle::Stage::serving);
}

journey::Setup Simulation::setup_of(config::Settings settings) {
  auto rules = std::make_shared<const journey::Rules>(std::move(settings), names_);
  const auto& provider = *rules->settings.providers.begin();
  if (!provider_ || provider_->settings() != provider.second) {
    provider_ = std::make_shared<provider::Provider>(provider.first, provider.second, loop_, dialer_, random_,
                                                     names_, upstream_);
  }
  return {.rules = std::move(rules), .providers = {{provider.first, provider_}}};
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

void Simulation::set_script(std::string_view yaml) { mock_.set_script(script_of(yaml)); }

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
