#include "http/buffer.h"

#include <algorithm>
#include <cstring>

namespace weir::http {

std::span<char> Buffer::room(std::size_t least) {
  if (capacity_ - end_ >= least && capacity_ > 0) return {memory_.get() + end_, capacity_ - end_};
  std::size_t held = size();
  if (capacity_ - held >= least && capacity_ > 0) {
    std::memmove(memory_.get(), memory_.get() + begin_, held);
  } else {
    std::size_t wanted = std::max({kFirst, capacity_ * 2, held + least});
    auto larger = std::make_unique_for_overwrite<char[]>(wanted + kPadding);
    if (held > 0) std::memcpy(larger.get(), memory_.get() + begin_, held);
    std::memset(larger.get() + wanted, 0, kPadding);
    memory_ = std::move(larger);
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
  memory_.reset();
  capacity_ = begin_ = end_ = 0;
}

}  // namespace weir::http
