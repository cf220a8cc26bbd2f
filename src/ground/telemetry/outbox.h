// What a loop's calls leave behind for the thread that writes log lines and traces: a ring with one writer
// and one reader. Putting something in costs a copy; a reader who sleeps is woken once for all that comes
// meanwhile.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <type_traits>

#include "telemetry/counter.h"

namespace weir::telemetry {

// Wakes the reader of several outboxes.
class Bell {
 public:
  // Any thread; nearly free while the reader is awake.
  void ring() {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (!sleeping_.load(std::memory_order_relaxed)) return;
    std::lock_guard lock(mutex_);
    sleeping_ = false;
    rung_.notify_one();
  }
  // The reader's. Until it is rung, unless `is_there_something()` already. Returns after `longest` in any
  // case.
  template <class IsThere>
  void wait(std::chrono::milliseconds longest, IsThere is_there_something) {
    std::unique_lock lock(mutex_);
    sleeping_ = true;
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (!is_there_something()) rung_.wait_for(lock, longest, [&] { return !sleeping_; });
    sleeping_ = false;
  }

 private:
  std::atomic<bool> sleeping_ = false;
  std::mutex mutex_;
  std::condition_variable rung_;
};

// One thread puts in, another takes out. What doesn't fit is dropped and counted.
template <class T, std::size_t kCapacity = 4096>
class Outbox {
  static_assert(std::is_trivially_copyable_v<T> && (kCapacity & (kCapacity - 1)) == 0);

 public:
  explicit Outbox(Bell& bell) : bell_(bell) {}

  // The writer's.
  void put(const T& item) {
    std::size_t end = end_.load(std::memory_order_relaxed);
    if (end - begin_.load(std::memory_order_acquire) == kCapacity) return dropped_.add();
    std::construct_at(slot(end), item);
    end_.store(end + 1, std::memory_order_release);
    bell_.ring();
  }
  std::uint64_t dropped() const { return dropped_.value(); }

  // The reader's: shows everything that is there, oldest first. How many.
  template <class Show>
  std::size_t take(Show show) {
    std::size_t begin = begin_.load(std::memory_order_relaxed);
    std::size_t end = end_.load(std::memory_order_acquire);
    for (std::size_t at = begin; at != end; ++at) {
      show(*slot(at));
      begin_.store(at + 1, std::memory_order_release);
    }
    return end - begin;
  }
  bool empty() const {
    return begin_.load(std::memory_order_relaxed) == end_.load(std::memory_order_acquire);
  }

 private:
  T* slot(std::size_t at) { return reinterpret_cast<T*>(slots_.get()) + (at & (kCapacity - 1)); }

  struct alignas(T) Slot {
    std::byte bytes[sizeof(T)];
  };
  Bell& bell_;
  std::unique_ptr<Slot[]> slots_ = std::make_unique_for_overwrite<Slot[]>(kCapacity);
  alignas(64) std::atomic<std::size_t> end_ = 0;
  alignas(64) std::atomic<std::size_t> begin_ = 0;
  Counter dropped_;
};

}  // namespace weir::telemetry
