// Memory for coroutine frames: some twenty of them come and go for each request, always in the same sizes.
#pragma once

#include <cstddef>

namespace weir::runtime {

// Keeps what is given back, for the next frame of its size on this thread; at most kMostKept of each size.
// Frames larger than kLargest, and all of them under AddressSanitizer, which has to see them come and go, are
// the allocator's.
class FramePool {
 public:
  static constexpr std::size_t kLargest = 2048;
  static constexpr std::size_t kMostKept = 512;

  static void* take(std::size_t size);
  static void give_back(void* frame, std::size_t size);
};

// Base of promises whose frames come from there.
struct PooledFrame {
  static void* operator new(std::size_t size) { return FramePool::take(size); }
  static void operator delete(void* frame, std::size_t size) { FramePool::give_back(frame, size); }
};

}  // namespace weir::runtime
