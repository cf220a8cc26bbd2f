#include "reporter/call_line.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reporter/testing_records.h"

namespace weir::reporter {
namespace {

using Format = telemetry::LogOptions::Format;
using std::chrono::microseconds;
using std::chrono::milliseconds;

std::string line_of(const CallRecord& call, Format format = Format::json) {
  std::string line;
  CallLines(format).append(line, call);
  return line;
}

TEST(CallLine, is_one_json_object_with_all_that_is_known) {
  CallRecord call = a_call();
  EXPECT_EQ(
      line_of(call),
      R"({"time":"2026-01-02T03:00:00.812Z","level":"info","event":"call","request_id":")" +
          std::string(call.id.text()) +
          R"(","path":"/v1/chat/completions","model":"gpt","tier":"gold","outcome":"ok","status":200,)"
          R"("cache":"miss","cache_detail":"memory","deployment":"openai/gpt-4o-mini","attempts":1,)"
          R"("streamed":true,"input_tokens":12,"cached_input_tokens":8,"output_tokens":34,)"
          R"("cost_usd":0.0000222,"body_ms":1.5,"plan_ms":0.033,"first_byte_ms":400.5,"total_ms":812.4,)"
          R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"})"
          "\n");
}

TEST(CallLine, leaves_out_what_is_not_known) {
  auto line = nlohmann::json::parse(line_of({.id = {},
                                             .outcome = Outcome::caller_error,
                                             .failure = Failure::Kind::no_such_model,
                                             .status = 404,
                                             .begun = kBegun,
                                             .body_read = milliseconds(2),
                                             .ended = milliseconds(3)}));
  std::set<std::string> names;
  for (const auto& [name, value] : line.items()) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"time", "level", "event", "request_id", "path", "model", "tier",
                                          "outcome", "status", "cache", "attempts", "streamed", "failure",
                                          "body_ms", "plan_ms", "first_byte_ms", "total_ms"}));
  EXPECT_EQ(line["failure"], "no_such_model");
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["body_ms"], 2);
  EXPECT_EQ(line["plan_ms"], 0) << "it did not come so far";
  EXPECT_EQ(line["first_byte_ms"], 0);
}

// Answered by another model, after a refusal and a silence.
CallRecord a_call_on_a_bad_day() {
  CallRecord call = a_call();
  call.attempts = 3;
  call.failed.add({.deployment = "openai/gpt-4o",
                   .key_name = "main",
                   .failure = Failure::Kind::rate_limited,
                   .status = 429,
                   .took = microseconds(12'300)});
  call.failed.add({.deployment = "house/llama",
                   .key_name = "",
                   .failure = Failure::Kind::provider_timeout,
                   .took = std::chrono::seconds(5)});
  call.fallback = Fallback::outage;
  return call;
}

TEST(CallLine, tells_the_attempts_that_came_to_nothing_and_why_another_model_answered) {
  std::string line = line_of(a_call_on_a_bad_day());
  EXPECT_TRUE(line.contains(
      R"("attempts":3,"failed":[{"deployment":"openai/gpt-4o","key":"main","status":429,"code":"rate_limited",)"
      R"("ms":12.3},{"deployment":"house/llama","code":"provider_timeout","ms":5000}],"fallback":"outage",)"))
      << line;
  std::string text = line_of(a_call_on_a_bad_day(), Format::text);
  EXPECT_TRUE(
      text.contains(" deployment=openai/gpt-4o-mini attempts=3 after openai/gpt-4o(main) 429 12ms, "
                    "house/llama provider_timeout 5000ms fallback=outage 812.4 ms "))
      << text;
}

TEST(CallLine, of_people_is_short) {
  CallRecord call = a_call();
  std::string id(call.id.text());
  EXPECT_EQ(line_of(call, Format::text),
            "2026-01-02T03:00:00.812Z info    call ok 200 /v1/chat/completions gpt cache=miss "
            "deployment=openai/gpt-4o-mini 812.4 ms tokens=12+34 " +
                id + "\n");
  CallRecord failed{.id = call.id,
                    .path = "/v1/messages",
                    .model = "claude",
                    .outcome = Outcome::provider_error,
                    .failure = Failure::Kind::provider_timeout,
                    .status = 504,
                    .begun = kBegun,
                    .ended = std::chrono::seconds(5)};
  EXPECT_EQ(line_of(failed, Format::text),
            "2026-01-02T03:00:05.000Z warning call provider_error 504 provider_timeout /v1/messages claude "
            "5000.0 ms " +
                id + "\n");
}

TEST(CallLine, stays_one_line_whatever_a_model_is_called) {
  CallRecord call = a_call();
  call.model = "odd \"name\"\nforged";
  std::string text = line_of(call, Format::text);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  EXPECT_EQ(nlohmann::json::parse(line_of(call))["model"], call.model);
}

TEST(CallLine, is_a_warning_where_the_provider_or_weir_failed) {
  auto level = [](Outcome outcome) { return level_of({.id = {}, .outcome = outcome}); };
  EXPECT_EQ(level(Outcome::ok), telemetry::LogLevel::info);
  EXPECT_EQ(level(Outcome::caller_error), telemetry::LogLevel::info);
  EXPECT_EQ(level(Outcome::caller_gone), telemetry::LogLevel::info);
  EXPECT_EQ(level(Outcome::provider_error), telemetry::LogLevel::warning);
  EXPECT_EQ(level(Outcome::weir_error), telemetry::LogLevel::warning);
}

TEST(CallLine, has_its_own_time_though_the_second_is_written_once) {
  CallLines lines(Format::text);
  auto time_of = [&](milliseconds after) {
    std::string line;
    lines.append(line, {.id = {}, .begun = kBegun, .ended = after});
    return line.substr(11, 12);
  };
  EXPECT_EQ(time_of(milliseconds(7)), "03:00:00.007");
  EXPECT_EQ(time_of(milliseconds(999)), "03:00:00.999");
  EXPECT_EQ(time_of(milliseconds(1000)), "03:00:01.000");
  EXPECT_EQ(time_of(milliseconds(998)), "03:00:00.998");
}

TEST(CallLine, times_have_at_most_three_decimals_and_are_rounded) {
  auto total = [](Duration ended) {
    std::string line = line_of({.id = {}, .begun = kBegun, .ended = ended});
    auto at = line.find(R"("total_ms":)") + 11;
    return line.substr(at, line.find('}', at) - at);
  };
  EXPECT_EQ(total(microseconds(5)), "0.005");
  EXPECT_EQ(total(std::chrono::nanoseconds(1'999'600)), "2");
  EXPECT_EQ(total(microseconds(10'100)), "10.1");
  EXPECT_EQ(total(microseconds(1'002'050)), "1002.05");
  EXPECT_EQ(total(Duration::zero()), "0");
}

}  // namespace
}  // namespace weir::reporter
