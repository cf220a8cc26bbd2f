// What all loops know of one provider together.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "http/byte_budget.h"
#include "telemetry/degradations.h"

namespace weir::provider {

// How many connections to one provider are open, on all loops together. Any thread.
class ConnectionCount {
 public:
  explicit ConnectionCount(std::size_t most) : most_(most) {}
  [[nodiscard]] bool take() {
    if (open_.fetch_add(1, std::memory_order_relaxed) < most_.load(std::memory_order_relaxed)) return true;
    give_back();
    return false;
  }
  void give_back() { open_.fetch_sub(1, std::memory_order_relaxed); }
  std::size_t open() const { return open_.load(std::memory_order_relaxed); }
  // Those that are open already stay.
  void allow(std::size_t most) { most_.store(most, std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> most_;
  std::atomic<std::size_t> open_ = 0;
};

// Whether a provider works at all: after three failures in a row, of any loop's calls, it is reported as
// degraded, and after the next success no more. Any thread.
class Health {
 public:
  Health(std::string provider, telemetry::Degradations& degradations)
      : part_("provider " + std::move(provider)), degradations_(degradations) {}

  void note_success();
  // `reason` is for people: no keys, nothing of a caller's.
  void note_failure(const std::string& reason, WallTime now);
  // The provider is not configured any more: what its last calls come to is nobody's trouble.
  void retire();
  // It is configured again.
  void restore() { retired_ = false; }

 private:
  static constexpr std::uint32_t kDegradedAfter = 3;

  std::string part_;
  telemetry::Degradations& degradations_;
  std::atomic<std::uint32_t> failures_in_a_row_ = 0;
  std::atomic<bool> retired_ = false;
};

// One provider's, for all loops, whatever its settings become.
struct Shared {
  // `answer_memory` bounds the unstreamed answers that are held at once, of all providers together.
  Shared(const std::string& provider, std::size_t most_connections, http::ByteBudget& answer_memory,
         telemetry::Degradations& degradations)
      : connections(most_connections), memory(answer_memory), health(provider, degradations) {}
  ConnectionCount connections;
  http::ByteBudget& memory;
  Health health;
};

}  // namespace weir::provider
