#include "http/body.h"

#include <algorithm>

namespace weir::http {

Body Body::copy_of(std::string_view bytes, BudgetShare held) {
  auto memory = LentMemory::exactly(bytes.size());
  std::ranges::copy(bytes, memory.bytes());
  std::string_view copied(memory.bytes(), bytes.size());
  return {std::move(memory), copied, std::move(held)};
}

}  // namespace weir::http
