#include "http/buffer.h"

#include <algorithm>
#include <cstring>

namespace weir::http {
namespace {

// Memory of the usual size that connections of this thread have no use for at the moment: an idle one holds
// none, and needs some again with the next request.
class SpareMemory {
 public:
  std::unique_ptr<char[]> take(std::size_t size) {
    if (size == Buffer::kFirst && count_ > 0) return std::move(spare_[--count_]);
    auto memory = std::make_unique_for_overwrite<char[]>(size + kPadding);
    std::memset(memory.get() + size, 0, kPadding);
    return memory;
  }
  void give(std::unique_ptr<char[]> memory, std::size_t size) {
    if (memory && size == Buffer::kFirst && count_ < spare_.size()) spare_[count_++] = std::move(memory);
  }

 private:
  std::array<std::unique_ptr<char[]>, 64> spare_;  // 1 MiB
  std::size_t count_ = 0;
};

thread_local SpareMemory spare_memory;

}  // namespace

Buffer::~Buffer() { release(); }

std::span<char> Buffer::room(std::size_t least) {
  if (capacity_ - end_ >= least && capacity_ > 0) return {memory_.get() + end_, capacity_ - end_};
  std::size_t held = size();
  if (capacity_ - held >= least && capacity_ > 0) {
    std::memmove(memory_.get(), memory_.get() + begin_, held);
  } else {
    std::size_t wanted = std::max({kFirst, capacity_ * 2, held + least});
    auto larger = spare_memory.take(wanted);
    if (held > 0) std::memcpy(larger.get(), memory_.get() + begin_, held);
    spare_memory.give(std::exchange(memory_, std::move(larger)), capacity_);
    capacity_ = wanted;
  }
  begin_ = 0;
  end_ = held;
  return {memory_.get() + end_, capacity_ - end_};
}

void Buffer::append(std::string_view more) {
  if (more.empty()) return;
  auto space = room(more.size());
  std::memcpy(space.data(), more.data(), more.size());
  grow(more.size());
}

void Buffer::consume(std::size_t n) {
  begin_ += n;
  if (begin_ == end_) begin_ = end_ = 0;
}

void Buffer::release() {
  if (memory_) spare_memory.give(std::move(memory_), capacity_);
  capacity_ = begin_ = end_ = 0;
}

}  // namespace weir::http
