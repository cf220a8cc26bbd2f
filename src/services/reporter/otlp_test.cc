#include "reporter/otlp.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reporter/testing_records.h"

namespace weir::reporter {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

json document_of(const std::vector<CallReport>& reports) {
  return json::parse(export_request(reports, "0.1.0"));
}
json spans_in(const std::vector<CallReport>& reports) {
  return document_of(reports)["resourceSpans"][0]["scopeSpans"][0]["spans"];
}

// A list of {key, value: {…Value: v}} as one object; integers come as strings (proto3 JSON).
json attributes_of(const json& owner) {
  json all = json::object();
  for (const auto& attribute : owner["attributes"]) {
    EXPECT_EQ(attribute["value"].size(), 1U);
    const auto typed = attribute["value"].begin();
    const auto& type = typed.key();
    const auto& value = typed.value();
    all[attribute["key"]] = type == "intValue" ? json(std::stoll(value.get<std::string>())) : value;
  }
  return all;
}

TEST(Otlp, a_request_says_who_sends_it) {
  auto document = document_of({a_call()});
  ASSERT_EQ(document["resourceSpans"].size(), 1U);
  EXPECT_EQ(attributes_of(document["resourceSpans"][0]["resource"]),
            (json{{"service.name", "weir"}, {"service.version", "0.1.0"}}));
}

TEST(Otlp, every_span_has_the_shape_of_the_specification) {
  CallRecord from_outside = a_call();
  from_outside.caller_span.fill(7);
  auto spans = spans_in({a_call(), an_attempt(), from_outside});
  ASSERT_EQ(spans.size(), 4U + 1U + 4U);
  for (const auto& span : spans) {
    EXPECT_EQ(span["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(span["spanId"].get<std::string>().size(), 16U);
    EXPECT_TRUE(span["startTimeUnixNano"].is_string());
    EXPECT_LE(std::stoll(span["startTimeUnixNano"].get<std::string>()),
              std::stoll(span["endTimeUnixNano"].get<std::string>()));
    EXPECT_TRUE(span["kind"].is_number_integer());
    EXPECT_FALSE(span["name"].get<std::string>().empty());
  }
  EXPECT_FALSE(spans[0].contains("parentSpanId")) << "a trace that begins here";
  EXPECT_EQ(spans[5]["parentSpanId"], "0707070707070707");
}

TEST(Otlp, a_call_is_a_server_span_with_its_stages_below_it) {
  auto spans = spans_in({a_call()});
  const auto& call = spans[0];
  EXPECT_EQ(call["name"], "POST /v1/chat/completions");
  EXPECT_EQ(call["kind"], 2);
  EXPECT_EQ(call["spanId"], "00f067aa0ba902b7");
  EXPECT_EQ(call["startTimeUnixNano"], "1767322800000000000");
  EXPECT_EQ(call["endTimeUnixNano"], "1767322800812400000");
  EXPECT_FALSE(call.contains("status"));
  EXPECT_EQ(attributes_of(call), (json{{"http.request.method", "POST"},
                                       {"http.route", "/v1/chat/completions"},
                                       {"url.path", "/v1/chat/completions"},
                                       {"http.response.status_code", 200},
                                       {"weir.request_id", a_call().id.text()},
                                       {"weir.model", "gpt"},
                                       {"weir.tier", "gold"},
                                       {"weir.outcome", "ok"},
                                       {"weir.cache", "miss"},
                                       {"weir.cache_detail", "memory"},
                                       {"weir.deployment", "openai/gpt-4o-mini"},
                                       {"weir.attempts", 1},
                                       {"weir.streamed", true},
                                       {"weir.cost_nanos", 22'200}}));
  EXPECT_EQ(spans[1]["name"], "body");
  EXPECT_EQ(spans[2]["name"], "plan");
  EXPECT_EQ(spans[3]["name"], "answer");
  std::set<std::string> ids{call["spanId"]};
  json end = call["startTimeUnixNano"];
  for (auto stage = spans.begin() + 1; stage != spans.end(); ++stage) {
    EXPECT_EQ((*stage)["parentSpanId"], call["spanId"]);
    EXPECT_EQ((*stage)["kind"], 1);
    EXPECT_EQ((*stage)["startTimeUnixNano"], end) << "each begins where the one before has ended";
    end = (*stage)["endTimeUnixNano"];
    ids.insert((*stage)["spanId"]);
  }
  EXPECT_EQ(end, call["endTimeUnixNano"]);
  EXPECT_EQ(ids.size(), 4U);
}

TEST(Otlp, an_attempt_is_a_client_span_of_a_model_below_its_call) {
  auto spans = spans_in({an_attempt()});
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans[0]["name"], "chat gpt-4o-mini") << "as the provider calls it";
  EXPECT_EQ(spans[0]["kind"], 3);
  EXPECT_EQ(spans[0]["spanId"], "aaaaaaaaaaaaaaaa");
  EXPECT_EQ(spans[0]["parentSpanId"], "00f067aa0ba902b7");
  EXPECT_EQ(attributes_of(spans[0]), (json{{"gen_ai.operation.name", "chat"},
                                           {"gen_ai.provider.name", "openai"},
                                           {"gen_ai.request.model", "gpt-4o-mini"},
                                           {"gen_ai.usage.input_tokens", 12},
                                           {"gen_ai.usage.output_tokens", 34},
                                           {"gen_ai.usage.cache_read.input_tokens", 8},
                                           {"http.response.status_code", 200},
                                           {"weir.request_id", a_call().id.text()},
                                           {"weir.provider", "openai"},
                                           {"weir.deployment", "openai/gpt-4o-mini"},
                                           {"weir.key_name", "main"},
                                           {"weir.attempt", 1},
                                           {"weir.cost_nanos", 22'200}}));
}

TEST(Otlp, a_call_that_another_model_answered_says_why_and_an_attempt_which_one_it_was) {
  CallRecord call = a_call();
  call.fallback = Fallback::context_window;
  EXPECT_EQ(attributes_of(spans_in({call})[0])["weir.fallback"], "context_window");
  AttemptRecord second = an_attempt();
  second.number = 2;
  EXPECT_EQ(attributes_of(spans_in({second})[0])["weir.attempt"], 2);
}

TEST(Otlp, failures_of_the_provider_and_of_weir_are_errors_and_a_callers_mistake_is_none) {
  auto span_of = [](Outcome outcome, std::optional<Failure::Kind> failure) {
    return spans_in({CallRecord{.id = {}, .outcome = outcome, .failure = failure, .begun = kBegun}})[0];
  };
  auto failed = span_of(Outcome::provider_error, Failure::Kind::provider_timeout);
  EXPECT_EQ(failed["status"]["code"], 2);
  EXPECT_EQ(attributes_of(failed)["error.type"], "provider_timeout");
  EXPECT_EQ(attributes_of(span_of(Outcome::weir_error, {}))["error.type"], "weir_error");
  auto mistaken = span_of(Outcome::caller_error, Failure::Kind::no_such_model);
  EXPECT_FALSE(mistaken.contains("status"));
  EXPECT_FALSE(attributes_of(mistaken).contains("error.type"));
  EXPECT_EQ(attributes_of(mistaken)["weir.failure"], "no_such_model");

  AttemptRecord attempt = an_attempt();
  attempt.failure = Failure::Kind::rate_limited;
  auto attempted = spans_in({attempt})[0];
  EXPECT_EQ(attempted["status"]["code"], 2);
  EXPECT_EQ(attributes_of(attempted)["error.type"], class_of(Failure::Kind::rate_limited).code);
}

TEST(Otlp, a_call_has_no_spans_for_stages_that_it_did_not_come_to) {
  CallRecord refused{.id = {}, .begun = kBegun, .ended = milliseconds(1)};
  EXPECT_EQ(spans_of(refused), 1U);
  EXPECT_EQ(spans_in({refused}).size(), 1U);
  EXPECT_EQ(spans_in({refused})[0]["name"], "POST") << "a path of the caller's own is not shown";
  refused.body_read = milliseconds(1);
  EXPECT_EQ(spans_of(refused), 2U);
  EXPECT_EQ(spans_in({refused}).size(), 2U);
  EXPECT_EQ(spans_of(a_call()), 4U);
  EXPECT_EQ(spans_of(an_attempt()), 1U);
}

TEST(Otlp, names_are_kept_whatever_they_hold) {
  CallRecord call = a_call();
  call.model = "odd \"name\"\n";
  EXPECT_EQ(attributes_of(spans_in({call})[0])["weir.model"], call.model);
  AttemptRecord attempt = an_attempt();
  attempt.deployment = "elsewhere";
  EXPECT_EQ(spans_in({attempt})[0]["name"], "chat gpt") << "a deployment that is no PROVIDER/MODEL";
}

}  // namespace
}  // namespace weir::reporter
