// Memory for bytes that come and go with requests: what one has no more use for is lent to the next.
//
// Large memory is dear when it is new: the kernel maps it, fills it with zeros page by page and takes it away
// again. So each thread keeps some of what ends on it, at most 8 MiB (docs/decisions/0009).
#pragma once

#include <cstddef>
#include <memory>

#include "base/padded.h"
#include "base/units.h"

namespace weir::http {

// Owns bytes of any content, followed by kPadding readable ones. Movable: the bytes stay where they are. May
// end on any thread, which keeps them for its own requests.
class LentMemory {
 public:
  // Sizes are powers of two from 16 KiB, less what surrounds them: the padding and malloc's own. 16 KiB, and
  // what malloc would have the kernel map, 256 KiB to 1 MiB, is lent again.
  static constexpr std::size_t kAround = kPadding + 64;
  static constexpr std::size_t kSmallest = 16 * 1024 - kAround;
  static constexpr std::size_t kLargest = 1024 * 1024 - kAround;
  // What a thread keeps: of one size, and of all together.
  static constexpr std::size_t kMostOfOneSize = 64;
  static constexpr Bytes kMostSpare = 8_MiB;

  LentMemory() = default;  // none
  // The next of those sizes.
  static LentMemory at_least(std::size_t size);
  // For bytes that stay: not more than they need.
  static LentMemory exactly(std::size_t size);

  char* bytes() const { return bytes_.get(); }
  std::size_t size() const { return bytes_ ? bytes_.get_deleter().size : 0; }  // without the padding

  // What this thread keeps now.
  static Bytes spare();

 private:
  struct GiveBack {
    std::size_t size;
    void operator()(char* bytes) const;
  };
  LentMemory(char* bytes, std::size_t size) : bytes_(bytes, GiveBack{size}) {}

  std::unique_ptr<char[], GiveBack> bytes_;
};

}  // namespace weir::http
