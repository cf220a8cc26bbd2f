// A request's body that has been taken from its connection, with the memory it lies in.
#pragma once

#include <string_view>

#include "http/byte_budget.h"
#include "http/lent_memory.h"

namespace weir::http {

// Movable; its bytes stay where they are. Padded.
class Body {
 public:
  // `bytes` lie in `memory`.
  Body(LentMemory memory, std::string_view bytes, BudgetShare held)
      : memory_(std::move(memory)), bytes_(bytes), held_(std::move(held)) {}
  static Body copy_of(std::string_view bytes, BudgetShare held);

  PaddedView bytes() const { return {bytes_}; }

 private:
  LentMemory memory_;
  std::string_view bytes_;
  BudgetShare held_;
};

}  // namespace weir::http
