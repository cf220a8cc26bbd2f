#include "wire/provider_error.h"

#include <gtest/gtest.h>

namespace weir::wire {
namespace {

TEST(ProviderError, is_read_in_every_shape_that_providers_use) {
  auto openai = read_error(
      R"({"error":{"message":"Rate limit reached","type":"tokens","param":null,"code":"rate_limit_exceeded"}})");
  EXPECT_EQ(openai.type, "tokens");
  EXPECT_EQ(openai.code, "rate_limit_exceeded");
  EXPECT_EQ(openai.message, "Rate limit reached");
  auto anthropic =
      read_error(R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})");
  EXPECT_EQ(anthropic.type, "overloaded_error");
  EXPECT_EQ(anthropic.message, "Overloaded");
  auto responses = read_error(R"({"type":"error","code":"server_error","message":"a","sequence_number":1})");
  EXPECT_EQ(responses.code, "server_error");
  EXPECT_EQ(responses.message, "a");
  auto failed =
      read_error(R"({"type":"response.failed","response":{"id":"r","error":{"code":"server_error"}}})");
  EXPECT_EQ(failed.code, "server_error");
  EXPECT_EQ(read_error(R"({"error":"words"})").message, "words");
}

TEST(ProviderError, what_is_none_says_nothing) {
  for (std::string_view body : {"", "<html>", "[]", "{}", R"({"type":"message","message":"a"})",
                                R"({"error":[]})", R"({"error":{"type":7,"code":null,"message":[]}})"}) {
    auto error = read_error(body);
    EXPECT_EQ(error.type + error.code + error.message, "") << body;
  }
}

}  // namespace
}  // namespace weir::wire
