// A bound on memory that many share.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/units.h"

namespace weir::http {

// Any thread, but `on_full` before there are others.
class ByteBudget {
 public:
  explicit ByteBudget(Bytes limit) : limit_(limit.count) {}

  // Takes `n` bytes. Where they don't fit, room is made first; false when there is none to be made. Hold no
  // lock that making room may need.
  [[nodiscard]] bool take(std::uint64_t n) {
    if (try_take(n)) return true;
    if (make_room_) make_room_(n);
    return try_take(n);
  }
  void give_back(std::uint64_t n) { taken_.fetch_sub(n, std::memory_order_relaxed); }

  Bytes taken() const { return {taken_.load(std::memory_order_relaxed)}; }
  Bytes limit() const { return {limit_.load(std::memory_order_relaxed)}; }
  // What is taken already stays.
  void allow(Bytes limit) { limit_.store(limit.count, std::memory_order_relaxed); }

  // `make_room(n)` frees at least `n` bytes if it can: a cache's way to give way.
  void on_full(std::function<void(std::uint64_t)> make_room) { make_room_ = std::move(make_room); }

 private:
  bool try_take(std::uint64_t n) {
    if (taken_.fetch_add(n, std::memory_order_relaxed) + n <= limit().count) return true;
    give_back(n);
    return false;
  }

  std::atomic<std::uint64_t> limit_;
  std::atomic<std::uint64_t> taken_ = 0;
  std::function<void(std::uint64_t)> make_room_;
};

// What one holder has taken; gives it back at its end.
class BudgetShare {
 public:
  explicit BudgetShare(ByteBudget& budget) : budget_(&budget) {}
  // What was held is held by the new one.
  BudgetShare(BudgetShare&& other) noexcept : budget_(other.budget_), held_(std::exchange(other.held_, 0)) {}
  BudgetShare& operator=(BudgetShare&&) = delete;
  ~BudgetShare() { release(); }

  // Holds `total` bytes from now on, if there is room for what it has less.
  [[nodiscard]] bool grow_to(std::uint64_t total) {
    if (total <= held_) return true;
    if (!budget_->take(total - held_)) return false;
    held_ = total;
    return true;
  }
  void release() { budget_->give_back(std::exchange(held_, 0)); }

 private:
  ByteBudget* budget_;
  std::uint64_t held_ = 0;
};

}  // namespace weir::http
