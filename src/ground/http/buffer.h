// Bytes between a socket and whoever reads them: appended at the end, taken from the front.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "http/lent_memory.h"

namespace weir::http {

// Owns its memory, which is followed by kPadding readable bytes. Views into it last until the next call that
// isn't const. One thread.
class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  static constexpr std::size_t kFirst = LentMemory::kSmallest;

  std::string_view bytes() const { return {memory_.bytes() + begin_, end_ - begin_}; }
  char* data() { return memory_.bytes() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

  // Room behind the bytes, at least `least` long: made by moving the bytes to the front or into a larger
  // memory.
  std::span<char> room(std::size_t least);
  // `n` bytes of the room were filled.
  void grow(std::size_t n) { end_ += n; }
  void append(std::string_view more);
  void consume(std::size_t n);
  // The last `n` bytes are not wanted.
  void shorten(std::size_t n) { end_ -= n; }
  // Gives the memory back; what was not consumed is lost.
  void release() { take_memory(); }
  // Gives the memory away; bytes() says where in it the bytes are, as long as it lives.
  LentMemory take_memory() {
    begin_ = end_ = 0;
    return std::move(memory_);
  }
  std::size_t capacity() const { return memory_.size(); }

 private:
  LentMemory memory_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace weir::http
