#include "recording/kept_answer.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace weir::recording {

Ref<KeptAnswer> KeptAnswer::make(MemoryBudget& budget, const AnswerFacts& facts, std::string_view head_lines,
                                 std::span<const std::string_view> body) {
  std::size_t body_size = 0;
  for (auto part : body) body_size += part.size();
  std::size_t size = sizeof(KeptAnswer) + head_lines.size() + body_size + kPadding;
  std::size_t cost = with_malloc(size);
  if (!budget.take(cost)) return {};
  void* memory = ::operator new(size);  // one block for the object and its bytes
  auto* answer = new (memory) KeptAnswer(budget, facts, cost);
  auto* bytes = reinterpret_cast<char*>(answer + 1);
  bytes = std::ranges::copy(head_lines, bytes).out;
  for (auto part : body) bytes = std::ranges::copy(part, bytes).out;
  std::memset(bytes, 0, kPadding);
  answer->head_size_ = static_cast<std::uint32_t>(head_lines.size());
  answer->body_size_ = body_size;
  return Ref<KeptAnswer>(answer);
}

void KeptAnswer::destroy(const KeptAnswer* answer) {
  auto* mine = const_cast<KeptAnswer*>(answer);
  MemoryBudget& budget = mine->budget_;
  std::size_t cost = mine->cost_;
  mine->~KeptAnswer();
  ::operator delete(mine);
  budget.give_back(cost);
}

}  // namespace weir::recording
