#include "wire/refusal.h"

#include <gtest/gtest.h>

namespace weir::wire {
namespace {

Refusal of_error(std::string_view error) {
  return refusal_of(read_error(fmt::format(R"({{"error":{}}})", error)));
}

TEST(Refusal, a_prompt_that_is_too_long_is_known_in_every_provider_s_words) {
  EXPECT_EQ(of_error(R"({"message":"…","type":"invalid_request_error","code":"context_length_exceeded"})"),
            Refusal::context_window);
  // As Anthropic, DeepSeek and Perplexity say it.
  EXPECT_EQ(
      of_error(
          R"({"type":"invalid_request_error","message":"prompt is too long: 208310 tokens > 200000 maximum"})"),
      Refusal::context_window);
  EXPECT_EQ(
      of_error(
          R"({"message":"This model's maximum context length is 1048565 tokens.","code":"invalid_request_error"})"),
      Refusal::context_window);
  EXPECT_EQ(
      of_error(
          R"({"message":"The total length of all messages is too long.","type":"too_many_prompt_tokens","code":400})"),
      Refusal::context_window);
}

TEST(Refusal, a_provider_s_policy_is_told_from_a_bad_request) {
  EXPECT_EQ(of_error(R"({"code":"content_policy_violation","message":"…"})"), Refusal::content_policy);
  EXPECT_EQ(of_error(R"({"type":"invalid_request_error","message":"blocked by content filtering policy"})"),
            Refusal::content_policy);
  EXPECT_EQ(of_error(R"({"type":"invalid_request_error","message":"max_tokens: must be positive"})"),
            Refusal::other);
}

TEST(Refusal, used_up_money_is_no_rate_limit) {
  EXPECT_EQ(of_error(R"({"code":"insufficient_quota","type":"insufficient_quota","message":"…"})"),
            Refusal::no_quota);
  EXPECT_EQ(of_error(R"({"code":"rate_limit_exceeded","message":"…"})"), Refusal::other);
}

TEST(Refusal, what_is_no_error_body_tells_nothing) {
  for (std::string_view body : {"", "garbage", "[]", "{}", R"({"error":"words"})", R"({"error":{"code":7}})",
                                R"({"error":{"message":[]}})"}) {
    EXPECT_EQ(refusal_of(read_error(body)), Refusal::other) << body;
  }
}

}  // namespace
}  // namespace weir::wire
