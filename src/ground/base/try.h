// TRY(expr) and CO_TRY(expr): the value of an expected, or return its error from here.
//
//   auto head = TRY(parse(bytes));              // in a function that returns std::expected<_, E>
//   auto reply = CO_TRY(co_await client.ask()); // in a coroutine
//
// The error is converted to the error type of the function's own result. These are the only two macros in
// weir.
#pragma once

#include <expected>
#include <utility>

#define TRY(...)                                                              \
  ({                                                                          \
    auto weir_result = (__VA_ARGS__);                                         \
    if (!weir_result) return std::unexpected(std::move(weir_result).error()); \
    *std::move(weir_result);                                                  \
  })

#define CO_TRY(...)                                                              \
  ({                                                                             \
    auto weir_result = (__VA_ARGS__);                                            \
    if (!weir_result) co_return std::unexpected(std::move(weir_result).error()); \
    *std::move(weir_result);                                                     \
  })
