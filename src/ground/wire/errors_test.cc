#include "wire/errors.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace weir::wire {
namespace {

using nlohmann::json;

const Failure kNoModel{.kind = Failure::Kind::no_such_model, .message = "There is no model 'x\"y' here."};
const Failure kOverloaded{.kind = Failure::Kind::provider_overloaded, .message = "Full."};

TEST(Errors, have_the_shape_of_openai) {
  EXPECT_EQ(
      json::parse(error_body(Dialect::openai, kNoModel, "req_1")),
      json::parse(R"({"error":{"message":"There is no model 'x\"y' here.","type":"invalid_request_error",
                            "param":"model","code":"no_such_model","request_id":"req_1"}})"));
}

TEST(Errors, have_the_shape_of_anthropic) {
  EXPECT_EQ(json::parse(error_body(Dialect::anthropic, kOverloaded, "req_1")),
            json::parse(R"({"type":"error","error":{"type":"overloaded_error","message":"Full.",
                            "code":"provider_overloaded"},"request_id":"req_1"})"));
}

TEST(ErrorEvents, are_raised_by_the_sdks_as_each_dialect_has_them) {
  EXPECT_TRUE(error_event(Dialect::openai, "/v1/chat/completions", kOverloaded, "r")
                  .starts_with("data: {\"error\":"));
  auto responses = error_event(Dialect::openai, "/v1/responses", kOverloaded, "r");
  EXPECT_TRUE(responses.starts_with("event: error\ndata: {\"type\":\"error\""));
  EXPECT_TRUE(json::parse(responses.substr(responses.find('{'))).contains("error"));
  EXPECT_TRUE(
      error_event(Dialect::anthropic, "/v1/messages", kOverloaded, "r").starts_with("event: error\ndata: "));
}

TEST(InQuotes, a_callers_word_stays_short_and_printable) {
  EXPECT_EQ(in_quotes("a\nb"), "'a?b'");
  EXPECT_LT(in_quotes(std::string(10'000, 'x')).size(), 120U);
}

}  // namespace
}  // namespace weir::wire
