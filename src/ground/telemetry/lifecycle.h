// Where the process is in its life. One for the process; any thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace weir::telemetry {

class Lifecycle {
 public:
  enum class Stage : std::uint8_t {
    starting,
    serving,
    draining,  // a signal came: running calls finish, new ones are refused
  };
  Stage stage() const { return stage_.load(std::memory_order_acquire); }
  void enter(Stage stage) { stage_.store(stage, std::memory_order_release); }
  bool draining() const { return stage() == Stage::draining; }

 private:
  std::atomic<Stage> stage_ = Stage::starting;
};

}  // namespace weir::telemetry
