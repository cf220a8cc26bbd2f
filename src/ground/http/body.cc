#include "http/body.h"

#include <algorithm>
#include <cstring>

namespace weir::http {

Body Body::copy_of(std::string_view bytes, BudgetShare held) {
  auto memory = std::make_unique_for_overwrite<char[]>(bytes.size() + kPadding);
  char* end = std::ranges::copy(bytes, memory.get()).out;
  std::memset(end, 0, kPadding);
  std::string_view copied(memory.get(), bytes.size());
  return {std::move(memory), copied, std::move(held)};
}

}  // namespace weir::http
