#include "recording/chunk.h"

#include <cstring>
#include <new>

#include "base/padded.h"

namespace weir::recording {
namespace {

// The whole allocation. Padded, because a whole answer may be parsed where it lies.
constexpr std::size_t allocation(std::size_t capacity) { return sizeof(Chunk) + capacity + kPadding; }
constexpr std::size_t cost(std::size_t capacity) { return with_malloc(allocation(capacity)); }

}  // namespace

Ref<Chunk> Chunk::make(MemoryBudget& budget, std::size_t capacity, std::uint64_t begin, Content content) {
  if (!budget.take(cost(capacity))) return {};
  void* memory = ::operator new(allocation(capacity));
  auto* chunk = new (memory) Chunk(budget, capacity, begin, content);
  std::memset(reinterpret_cast<char*>(chunk + 1) + capacity, 0, kPadding);
  return Ref<Chunk>(chunk);
}

void Chunk::destroy(Chunk* chunk) {
  MemoryBudget& budget = chunk->budget_;
  std::size_t freed = cost(chunk->capacity_);
  chunk->~Chunk();
  ::operator delete(chunk);
  budget.give_back(freed);
}

void Chunk::write(std::string_view more) {
  std::memcpy(reinterpret_cast<char*>(this + 1) + size_, more.data(), more.size());
}

}  // namespace weir::recording
