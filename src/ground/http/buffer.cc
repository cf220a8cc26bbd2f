#include "http/buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace weir::http {

std::span<char> Buffer::room(std::size_t least) {
  std::size_t held = size();
  if (capacity() - held < least) {
    auto larger = LentMemory::at_least(std::max(capacity() + 1, held + least));
    if (held > 0) std::memcpy(larger.bytes(), data(), held);
    memory_ = std::move(larger);
    end_ -= std::exchange(begin_, 0);
  } else if (capacity() - end_ < least) {
    std::memmove(memory_.bytes(), data(), held);
    end_ -= std::exchange(begin_, 0);
  }
  return {memory_.bytes() + end_, capacity() - end_};
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

}  // namespace weir::http
