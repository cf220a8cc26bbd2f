// A stretch of an answer's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ref.h"
#include "recording/memory_budget.h"

namespace weir::recording {

// What a chunk holds, for readers who don't want all of it.
enum class Content : std::uint8_t {
  answer,
  usage_event,  // an event that only those get who asked for the usage
};

// Filled from its front by one writer; what was published of it never changes. Its bytes are taken from the
// budget until the last Ref is gone. It holds whole events only, unless one event is larger than a chunk.
class Chunk final : public RefCounted<Chunk> {
 public:
  // Empty when the budget has no room. `begin` is where its first byte stands in the answer.
  static Ref<Chunk> make(MemoryBudget& budget, std::size_t capacity, std::uint64_t begin, Content content);
  static void destroy(Chunk* chunk);

  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return begin_ + size_; }
  Content content() const { return content_; }
  std::size_t room() const { return capacity_ - size_; }
  std::string_view bytes() const { return {memory(), size_}; }

  // The two steps of appending: nobody else looks at the room, so only the second needs the recording's lock.
  void write(std::string_view more);
  void publish(std::size_t n) { size_ += n; }

 private:
  Chunk(MemoryBudget& budget, std::size_t capacity, std::uint64_t begin, Content content)
      : budget_(budget), begin_(begin), capacity_(capacity), content_(content) {}
  ~Chunk() = default;
  const char* memory() const { return reinterpret_cast<const char*>(this + 1); }

  MemoryBudget& budget_;
  std::uint64_t begin_;
  std::size_t capacity_;
  std::size_t size_ = 0;
  Content content_;
};

}  // namespace weir::recording
