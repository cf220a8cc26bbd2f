// One bound for the bytes of all recordings and of all answers that are kept (DESIGN section 5).
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/units.h"

namespace weir::recording {

// What malloc makes of a request for `n` bytes: its own word in front, in steps of 16, 32 at least (glibc's
// malloc).
constexpr std::uint64_t with_malloc(std::size_t n) {
  std::uint64_t rounded = (n + sizeof(std::size_t) + 15) / 16 * 16;
  return rounded < 32 ? 32 : rounded;
}

// Any thread, but `on_full` before there are others.
class MemoryBudget {
 public:
  explicit MemoryBudget(Bytes limit) : limit_(limit.count) {}

  // Takes `n` bytes. Where they don't fit, room is made first; false when there is none to be made.
  // Hold no lock that making room may need.
  [[nodiscard]] bool take(std::uint64_t n) {
    if (try_take(n)) return true;
    if (make_room_) make_room_(n);
    return try_take(n);
  }
  void give_back(std::uint64_t n) { taken_.fetch_sub(n, std::memory_order_relaxed); }

  Bytes taken() const { return {taken_.load(std::memory_order_relaxed)}; }
  Bytes limit() const { return {limit_}; }

  // `make_room(n)` frees at least `n` bytes if it can: the cache's way to give way.
  void on_full(std::function<void(std::uint64_t)> make_room) { make_room_ = std::move(make_room); }

 private:
  bool try_take(std::uint64_t n) {
    if (taken_.fetch_add(n, std::memory_order_relaxed) + n <= limit_) return true;
    give_back(n);
    return false;
  }

  std::uint64_t limit_;
  std::atomic<std::uint64_t> taken_ = 0;
  std::function<void(std::uint64_t)> make_room_;
};

}  // namespace weir::recording
