// A world in memory: weir's own journey, as it is shipped, between clients and the mock provider, without a
// kernel and under a clock that is moved by hand. The same seed plays the same world again.
//
//   Simulation world(seed, "default: { time_to_first_token: 35s }");
//   auto call = world.ask(R"({"model":"sim-1","stream":true,…})");
//   world.run_until([&] { return call->ended(); });
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "config/settings.h"
#include "http/client_connection.h"
#include "journey/journey.h"
#include "listener/sessions.h"
#include "mock/dialer.h"
#include "mock/mock.h"
#include "mock/service.h"
#include "runtime/task_group.h"

namespace weir::simulation {

// One request of one client on a connection of its own, and what has come of it.
class Asking {
 public:
  Asking(Loop& loop, Socket socket, std::string request);

  int status() const { return status_; }                     // 0 before the head has come
  const std::string& received() const { return received_; }  // of the body
  const std::string& header_lines() const { return header_lines_; }
  std::string header(std::string_view name) const;   // empty: it isn't there
  bool ended() const { return tasks_.size() == 0; }  // properly or not
  bool whole() const { return whole_; }              // the answer came to its proper end
  TimePoint ended_at() const { return ended_at_; }
  // The client goes away, whatever has come.
  void leave();

 private:
  Task<void> run(std::string request);

  Loop& loop_;
  http::ClientConnection connection_;
  Cancellation left_;
  int status_ = 0;
  std::string header_lines_;
  std::string received_;
  bool whole_ = false;
  TimePoint ended_at_{};
  TaskGroup tasks_;
};

// A provider in memory, and what the network does to whoever calls it.
class Upstream final : public runtime::Dialer {
 public:
  Upstream(Loop& loop, const std::string& name, http::ByteBudget& memory,
           telemetry::Degradations& degradations);

  mock::Mock& mock() { return mock_; }
  // `yaml` as in CONTRACT "Mock script and ledger"; empty: the usual behaviour.
  void set_script(std::string_view yaml);
  // From now on no connection comes about; nothing: they do again. For timed_out they hang.
  void fail_connecting(std::optional<IoError::Kind> how) { failing_ = how; }
  // How its callers see the script's resets.
  void break_as(IoError::Kind kind) { dialer_.break_as(kind); }

  Task<Io<Socket>> dial(const runtime::Destination& to, Until until) override;
  const std::shared_ptr<provider::Shared>& shared() const { return shared_; }

 private:
  Loop& loop_;
  const http::ServerLimits limits_ = listener::limits_of({});
  mock::Mock mock_;
  mock::Service service_;
  mock::InProcessDialer dialer_;
  std::shared_ptr<provider::Shared> shared_;
  std::optional<IoError::Kind> failing_;
};

class Simulation {
 public:
  // One provider, `simulated`, with the model `sim-1`. `script` is its own.
  explicit Simulation(std::uint64_t seed, std::string_view script = {},
                      config::ProviderTimeouts timeouts = {});
  // Each simulated provider in the settings is one of its own.
  Simulation(std::uint64_t seed, config::Settings settings);
  ~Simulation();

  // `lines`: further header lines, each with its "\r\n".
  std::unique_ptr<Asking> ask(std::string_view body, std::string_view path = "/v1/chat/completions",
                              std::string_view lines = {});

  // Resumes whatever can be resumed, and moves the clock to the next timer when nothing can, until `done`.
  // False if nothing is left that could ever happen.
  bool run_until(const std::function<bool()>& done);
  void run_for(Duration duration);

  Duration elapsed() const { return clock_.now().time_since_epoch(); }
  Random& random() { return random_; }
  Upstream& provider(const std::string& name);
  mock::Mock& upstream() { return provider("simulated").mock(); }
  // From now on; calls that are under way go on as they were begun.
  void set_script(std::string_view yaml) { provider("simulated").set_script(yaml); }
  journey::Journey& journey() { return journey_; }
  // What the journey has reported, the oldest first.
  const std::vector<CallRecord>& calls();
  const std::vector<AttemptRecord>& attempts();
  // A reload: another configuration for calls that begin from now on.
  void apply(config::Settings settings);
  const config::Settings& settings() const { return journey_.setup().rules->settings; }
  cache::Cache& cache() { return cache_; }
  const recording::MemoryBudget& memory() const { return memory_; }
  const journey::Flights& flights() const { return flights_; }
  // Kept connections that had died, and were replaced.
  std::uint64_t reconnects() const;
  std::size_t upstream_connections() const;
  resilience::Registry& resilience() { return resilience_; }
  std::size_t open_sessions() const { return sessions_.counters().open.value(); }
  telemetry::Lifecycle& lifecycle() { return lifecycle_; }
  listener::Sessions& sessions() { return sessions_; }
  load::Levels& levels() { return levels_; }
  const load::Admission& admission() const { return admission_; }
  Loop& loop() { return loop_; }

 private:
  class Desk;
  journey::Setup setup_of(config::Settings settings);
  void take_reports();

  ManualClock clock_;
  Loop loop_{clock_};
  Random random_;
  telemetry::Names names_;
  telemetry::Lifecycle lifecycle_;
  telemetry::Degradations degradations_;
  listener::Shared shared_;
  std::map<std::string, std::unique_ptr<Upstream>> upstreams_;
  journey::Providers providers_;  // those that were ever configured
  resilience::Registry resilience_;
  recording::MemoryBudget memory_;
  cache::Cache cache_;
  journey::Flights flights_;
  journey::TraceLimit trace_limit_;
  load::Admission admission_;
  load::Levels levels_;
  const journey::Together together_;
  telemetry::Bell bell_;
  journey::Journey::Outbox outbox_{bell_};
  journey::Journey journey_;
  std::unique_ptr<Desk> desk_;
  listener::Sessions sessions_;
  std::vector<CallRecord> calls_;
  std::vector<AttemptRecord> attempts_;
};

}  // namespace weir::simulation
