// The gateway put together: the one place, with main, that knows every concrete type.
#pragma once

#include <atomic>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cache/cache.h"
#include "config/environment.h"
#include "config/settings.h"
#include "runtime/task.h"
#include "runtime/work_pool.h"
#include "telemetry/degradations.h"

namespace weir::app {

// Everything that serves: shared parts, and for each core a loop with a thread of its own (loop-0, loop-1,
// …).
class Gateway {
 public:
  // Opens the sockets and reads certificates and scripts, but answers nothing yet. Fails with one sentence
  // for whoever started weir: a port in use, a file that can't be read. `descriptors` is how many there may
  // be (runtime::prepare_descriptor_table), `secret` the installation's, which keys the cache.
  static std::expected<std::unique_ptr<Gateway>, std::string> prepare(const config::Settings& settings,
                                                                      const config::Environment& environment,
                                                                      const Clock& clock, std::uint64_t seed,
                                                                      std::size_t descriptors,
                                                                      const cache::Secret& secret);
  static std::size_t descriptors_wanted(const config::Settings& settings);
  ~Gateway();

  // Starts the threads.
  void start();
  // The main thread's, between start() and begin_draining(). When it returns, calls that begin anywhere begin
  // under these settings; those under way go on as they began, and nothing that is cached is lost. Fails with
  // a sentence, and then nothing has changed. What needs a restart must be as it was.
  std::expected<void, std::string> apply(const config::Settings& settings,
                                         const config::Environment& environment);
  // The configuration was read again: `refused` says why it was not taken.
  void note_reload(const std::optional<std::string>& refused);
  // Any thread: running calls finish (settings.drain), new ones are refused, listeners close last.
  void begin_draining();
  // Waits for the end of draining.
  void join();

  std::uint16_t port() const;
  std::size_t loops() const;
  // What does not work as it should right now.
  std::vector<telemetry::Degradation> degraded() const;

 private:
  struct Shared;
  struct Core;
  struct Change;
  Gateway();
  std::expected<void, std::string> listen(Core& core);
  static Task<void> keep_up(Core& core, cache::Cache& cache);
  Task<void> finish_calls(Core& core);
  Task<void> end(Core& core);

  std::unique_ptr<Shared> shared_;
  std::vector<std::unique_ptr<Core>> cores_;
  std::unique_ptr<runtime::WorkPool> pool_;  // goes first: what it has under way reports to the loops
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> busy_cores_ = 0;  // while draining: those that still have calls
};

}  // namespace weir::app
