#include "runtime/frame_pool.h"

#include <array>
#include <new>

namespace weir::runtime {
namespace {

#if defined(__has_feature)
constexpr bool kPooled = !__has_feature(address_sanitizer);
#else
constexpr bool kPooled = true;
#endif

constexpr std::size_t kStep = 64;
constexpr std::size_t kSizes = FramePool::kLargest / kStep;

constexpr std::size_t index_of(std::size_t size) { return (size - 1) / kStep; }

struct Free {
  Free* next;
};

// One thread's free frames, a list for each size.
struct Lists {
  std::array<Free*, kSizes> first{};
  std::array<std::size_t, kSizes> count{};
  bool ended = false;  // the thread is: what still comes back goes to the allocator

  ~Lists() {
    ended = true;
    for (auto* list : first) {
      while (list != nullptr) ::operator delete(std::exchange(list, list->next));
    }
  }
};

thread_local Lists lists;

}  // namespace

void* FramePool::take(std::size_t size) {
  if (!kPooled || size > kLargest) return ::operator new(size);
  std::size_t index = index_of(size);
  Free* frame = lists.first[index];
  if (frame == nullptr || lists.ended) return ::operator new((index + 1) * kStep);
  lists.first[index] = frame->next;
  --lists.count[index];
  return frame;
}

void FramePool::give_back(void* frame, std::size_t size) {
  if (!kPooled || size > kLargest) return ::operator delete(frame);
  std::size_t index = index_of(size);
  if (lists.ended || lists.count[index] == kMostKept) return ::operator delete(frame);
  lists.first[index] = new (frame) Free{lists.first[index]};
  ++lists.count[index];
}

}  // namespace weir::runtime
