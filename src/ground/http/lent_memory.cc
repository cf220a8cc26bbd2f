#include "http/lent_memory.h"

#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>  // comes with the sanitizers, which a release build needs not have
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <ranges>
#include <vector>

namespace weir::http {
namespace {

using Owned = std::unique_ptr<char[]>;

// To AddressSanitizer memory that waits is memory that nobody may touch.
#if __has_feature(address_sanitizer)
void forbid(const char* bytes, std::size_t size) { ASAN_POISON_MEMORY_REGION(bytes, size); }
void allow(const char* bytes, std::size_t size) { ASAN_UNPOISON_MEMORY_REGION(bytes, size); }
#else
void forbid(const char* /*bytes*/, std::size_t /*size*/) {}
void allow(const char* /*bytes*/, std::size_t /*size*/) {}
#endif

// Sizes with what surrounds them. Those in between come from malloc's heap, where they cost little; kept,
// they would lie among the cache's entries for good, and a full cache took 20 % more memory than it counted.
constexpr std::array<std::size_t, 4> kKept{(16_KiB).count, (256_KiB).count, (512_KiB).count, (1_MiB).count};
static_assert(kKept.front() == LentMemory::kSmallest + LentMemory::kAround);
static_assert(kKept.back() == LentMemory::kLargest + LentMemory::kAround);

constexpr bool is_kept(std::size_t whole) { return std::ranges::find(kKept, whole) != kKept.end(); }

// What one thread keeps, by whole sizes.
class Spares {
 public:
  // Nothing where none of that size is kept.
  Owned take(std::size_t whole) {
    auto& same = of(whole);
    if (same.empty()) return nullptr;
    Owned bytes = pop(same, whole);
    allow(bytes.get(), whole - LentMemory::kAround + kPadding);
    return bytes;
  }

  // The size that was used last is the one that is wanted next: others make room for it.
  void give(Owned bytes, std::size_t whole) {
    auto& same = of(whole);
    if (same.size() == LentMemory::kMostOfOneSize) return;
    while (kept_ + whole > LentMemory::kMostSpare.count) {
      if (!drop_one_but(same)) return;
    }
    forbid(bytes.get(), whole - LentMemory::kAround + kPadding);
    same.push_back(std::move(bytes));
    kept_ += whole;
  }

  std::size_t kept() const { return kept_; }

 private:
  using Stack = std::vector<Owned>;  // the last is still in the processor's cache

  Stack& of(std::size_t whole) {
    return by_size_[static_cast<std::size_t>(std::ranges::find(kKept, whole) - kKept.begin())];
  }

  Owned pop(Stack& from, std::size_t whole) {
    Owned bytes = std::move(from.back());
    from.pop_back();
    kept_ -= whole;
    return bytes;
  }

  // The largest, so that they are few.
  bool drop_one_but(const Stack& same) {
    for (std::size_t whole : std::views::reverse(kKept)) {
      auto& others = of(whole);
      if (&others == &same || others.empty()) continue;
      pop(others, whole);
      return true;
    }
    return false;
  }

  std::array<Stack, kKept.size()> by_size_;
  std::size_t kept_ = 0;
};

thread_local Spares spares;

Owned allocate(std::size_t size) { return std::make_unique_for_overwrite<char[]>(size + kPadding); }

}  // namespace

LentMemory LentMemory::at_least(std::size_t size) {
  std::size_t whole = std::bit_ceil(std::max(size, kSmallest) + kAround);
  Owned bytes = is_kept(whole) ? spares.take(whole) : nullptr;
  if (!bytes) bytes = allocate(whole - kAround);
  return {bytes.release(), whole - kAround};
}

LentMemory LentMemory::exactly(std::size_t size) { return {allocate(size).release(), size}; }

void LentMemory::GiveBack::operator()(char* bytes) const {
  Owned owned(bytes);
  if (is_kept(size + kAround)) spares.give(std::move(owned), size + kAround);
}

Bytes LentMemory::spare() { return {spares.kept()}; }

}  // namespace weir::http
