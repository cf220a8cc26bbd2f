#include "app/simulate.h"

#include <thread>

#include "app/command_line.h"
#include "app/signals.h"
#include "config/address.h"
#include "config/environment.h"
#include "config/settings.h"
#include "listener/sessions.h"
#include "mock/mock.h"
#include "mock/service.h"
#include "runtime/acceptor.h"
#include "runtime/descriptor.h"
#include "runtime/task_group.h"
#include "runtime/work_pool.h"
#include "telemetry/log.h"

namespace weir::app {
namespace {

constexpr std::size_t kDescriptors = 16'384;

http::ServerLimits limits() {
  auto limits = listener::limits_of({});
  limits.idle_timeout = std::chrono::minutes(10);  // longer than any client keeps a connection
  return limits;
}

// One loop of the mock, with a thread of its own.
class Worker {
 public:
  Worker(const Clock& clock, mock::Mock& mock, const http::ServerLimits& server_limits,
         http::ByteBudget& memory)
      : loop_(clock), service_(loop_, mock, server_limits, memory) {}

  Io<std::uint16_t> listen(const std::string& host, std::uint16_t port) {
    auto acceptor = runtime::Acceptor::listen(loop_, host, port);
    if (!acceptor) return std::unexpected(acceptor.error());
    acceptor_.emplace(*std::move(acceptor));
    return acceptor_->port();
  }
  void start(std::size_t index) {
    thread_ = std::thread([this, index] {
      runtime::name_this_thread(fmt::format("loop-{}", index));
      tasks_.spawn(accept());
      loop_.run();
    });
  }
  void stop() {
    loop_.stop();
    thread_.join();
  }

 private:
  Task<void> accept() {
    while (true) {
      auto accepted = co_await acceptor_->accept({TimePoint::max(), &stop_});
      if (accepted) {
        tasks_.spawn(service_.serve(std::move(accepted->socket), stop_));
      } else {
        co_await runtime::pause(loop_, std::chrono::milliseconds(10));
      }
    }
  }

  Loop loop_;
  mock::Service service_;
  std::optional<runtime::Acceptor> acceptor_;
  Cancellation stop_;
  TaskGroup tasks_{loop_};
  std::thread thread_;
};

int wrong_usage(std::string_view sentence) {
  fmt::print(stderr, "weir mock: {}\n", sentence);
  return kWrongUsage;
}

}  // namespace

int simulate(const SimulateOptions& options) {
  mock::Script script;
  if (options.script) {
    auto text = config::process_environment().read_file(*options.script);
    if (!text) return wrong_usage(fmt::format("can't read {}: {}", options.script->string(), text.error()));
    auto parsed = mock::parse_script(*text);
    if (!parsed) return wrong_usage(fmt::format("{}: {}", options.script->string(), parsed.error()));
    script = *std::move(parsed);
  }
  auto address = config::ListenAddress::parse(options.listen);
  if (!address) return wrong_usage(fmt::format("--listen {}", address.error()));

  if (auto free = runtime::Acceptor::check_free(address->host, address->port); !free) {
    return wrong_usage(fmt::format("can't listen on {}: {}", options.listen, free.error().detail));
  }

  hold_signals();
  runtime::prepare_descriptor_table(kDescriptors);
  telemetry::Logging logging({});
  SystemClock clock;
  mock::Mock mock(std::move(script));
  http::ServerLimits server_limits = limits();
  http::ByteBudget memory(1_GiB);
  std::vector<std::unique_ptr<Worker>> workers;
  std::size_t loops = options.loops > 0 ? options.loops : std::max(1U, std::thread::hardware_concurrency());
  std::uint16_t port = address->port;
  for (std::size_t i = 0; i < loops; ++i) {
    workers.push_back(std::make_unique<Worker>(clock, mock, server_limits, memory));
    auto taken = workers.back()->listen(address->host, port);
    if (!taken)
      return wrong_usage(fmt::format("can't listen on {}: {}", options.listen, taken.error().detail));
    port = *taken;
  }
  for (std::size_t i = 0; i < loops; ++i) workers[i]->start(i);
  fmt::print("weir mock listens on http://{}\n", config::format_host_port(address->host, port));
  std::fflush(stdout);
  wait_for_end();
  for (auto& worker : workers) worker->stop();
  return kFine;
}

}  // namespace weir::app
