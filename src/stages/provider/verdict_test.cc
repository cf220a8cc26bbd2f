#include "provider/verdict.h"

#include <gtest/gtest.h>

namespace weir::provider {
namespace {

const WallTime kNow{std::chrono::seconds(784'111'777)};  // Sun, 06 Nov 1994 08:49:37 GMT

std::optional<std::chrono::milliseconds> asked_to_wait(std::string_view name, std::string_view value) {
  http::Headers headers;
  headers.add(name, value);
  return retry_after(headers, kNow);
}

// CONTRACT "Provider's answer to caller's answer".
TEST(Verdict, the_callers_own_mistakes_are_handed_on_and_ours_are_not) {
  for (int status : {200, 201, 202, 204}) EXPECT_EQ(judge(status).verdict, Verdict::good) << status;
  for (int status : {400, 404, 408, 409, 413, 415, 418, 422, 429}) {
    EXPECT_EQ(judge(status).verdict, Verdict::handed_on) << status;
  }
  for (int status : {301, 307, 401, 402, 403, 500, 502, 503, 504, 529}) {
    EXPECT_EQ(judge(status).verdict, Verdict::failed) << status;
  }
}

TEST(Verdict, what_is_about_a_key_is_tried_with_another_and_what_is_about_a_deployment_elsewhere) {
  for (int status : {401, 402, 403}) EXPECT_EQ(judge(status).remedy, Remedy::other_key) << status;
  EXPECT_EQ(judge(429).remedy, Remedy::free_key);
  for (int status : {301, 408, 409, 500, 502, 503, 504, 520, 529})
    EXPECT_EQ(judge(status).remedy, Remedy::elsewhere) << status;
  for (int status : {200, 400, 404, 413, 422, 451, 501})
    EXPECT_EQ(judge(status).remedy, Remedy::none) << status;
}

TEST(Verdict, a_request_that_is_refused_says_nothing_against_whoever_was_asked) {
  for (int status : {200, 400, 404, 409, 413, 422})
    EXPECT_EQ(judge(status).outcome, EndpointOutcome::answered) << status;
  EXPECT_EQ(judge(429).outcome, EndpointOutcome::congested);
  for (int status : {503, 529}) EXPECT_EQ(judge(status).outcome, EndpointOutcome::overloaded) << status;
  for (int status : {302, 401, 500, 502, 599, 999})
    EXPECT_EQ(judge(status).outcome, EndpointOutcome::failed) << status;
}

Failure::Kind kind_of(int status) { return failure_of_status("openai", status, "{}", {}).kind; }

TEST(Verdict, each_failure_has_the_contracts_kind) {
  for (int status : {401, 402, 403}) EXPECT_EQ(kind_of(status), Failure::Kind::provider_auth) << status;
  for (int status : {301, 500, 502, 504})
    EXPECT_EQ(kind_of(status), Failure::Kind::provider_failed) << status;
  for (int status : {503, 529}) EXPECT_EQ(kind_of(status), Failure::Kind::provider_overloaded) << status;
}

TEST(Verdict, a_message_about_our_key_never_reaches_the_caller) {
  auto failure = failure_of_status("openai", 401, R"({"error":{"message":"Incorrect API key: sk-abc"}})", {});
  EXPECT_EQ(failure.message.find("sk-abc"), std::string::npos) << failure.message;
}

TEST(Verdict, an_overloaded_providers_own_message_is_inside_ours) {
  auto failure = failure_of_status(
      "anthropic", 529, R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
      std::chrono::milliseconds(1200));
  EXPECT_EQ(failure.message, "Provider anthropic is overloaded.");
  EXPECT_EQ(failure.provider_words, "Overloaded");
  EXPECT_EQ(full_message(failure), "Provider anthropic is overloaded. It says: Overloaded");
  EXPECT_EQ(failure.retry_after, std::chrono::seconds(2));
}

TEST(Verdict, a_stream_that_begins_with_an_error_is_judged_as_the_status_it_would_have_had) {
  auto remedy_of = [](std::string_view event) {
    auto failed = failure_of_event("openai", event);
    return failed ? std::optional(failed->failure.remedy) : std::nullopt;
  };
  constexpr auto kRate = R"({"error":{"message":"…","type":"tokens","code":"rate_limit_exceeded"}})";
  constexpr auto kBusy =
      R"({"type":"error","error":{"type":"service_unavailable_error","code":"server_is_overloaded"}})";
  constexpr auto kAnthropic =
      R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})";
  EXPECT_EQ(remedy_of(kRate), judge(429).remedy);
  EXPECT_EQ(remedy_of(kBusy), judge(503).remedy);
  EXPECT_EQ(remedy_of(kAnthropic), judge(529).remedy);
  EXPECT_EQ(remedy_of(R"({"type":"error","code":"server_error","message":"…"})"), judge(500).remedy);
  EXPECT_EQ(remedy_of(R"({"error":{"type":"invalid_request_error"}})"), std::nullopt) << "its own fault";
}

TEST(RetryAfter, is_read_however_the_provider_says_it) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  EXPECT_EQ(asked_to_wait("retry-after", "3"), seconds(3));
  EXPECT_EQ(asked_to_wait("retry-after", "0.2"), milliseconds(200));
  EXPECT_EQ(asked_to_wait("retry-after-ms", "1500"), milliseconds(1500));
  EXPECT_EQ(asked_to_wait("retry-after", "Sun, 06 Nov 1994 08:50:00 GMT"), seconds(23));
  EXPECT_EQ(asked_to_wait("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT"), seconds(0));
  EXPECT_EQ(asked_to_wait("retry-after", "soon"), std::nullopt);
  EXPECT_EQ(asked_to_wait("retry-after", "-1"), std::nullopt);
  EXPECT_EQ(asked_to_wait("retry-after", "1e99"), std::nullopt);
  EXPECT_EQ(asked_to_wait("retry-after", "99999999999"), std::chrono::hours(24));
}

}  // namespace
}  // namespace weir::provider
