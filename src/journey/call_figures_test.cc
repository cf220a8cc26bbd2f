#include "journey/call_figures.h"

#include <gtest/gtest.h>

namespace weir::journey {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kChat = "/v1/chat/completions";

CallRecord a_call() {
  return {.id = {}, .path = kChat, .model = "gpt", .tier = "gold", .status = 200, .ended = milliseconds(40)};
}

AttemptRecord an_attempt() {
  return {
      .call = {}, .model = "gpt", .tier = "gold", .provider = "openai", .key_name = "main", .status = 200};
}

// The lines of the page that begin so, as several loops have noted.
std::string lines(std::initializer_list<const CallFigures*> loops, std::string_view beginning) {
  telemetry::MetricsPage page;
  for (const auto* loop : loops) loop->add_to(page);
  std::string found;
  std::string text = page.text();
  for (std::size_t at = 0; at < text.size();) {
    auto end = text.find('\n', at) + 1;
    std::string_view line(text.data() + at, end - at);
    if (line.starts_with(beginning)) found += line;
    at = end;
  }
  return found;
}

TEST(CallFigures, counts_calls_by_how_they_ended_on_all_loops) {
  CallFigures first;
  CallFigures second;
  auto failed = a_call();
  failed.outcome = Outcome::provider_error;
  failed.failure = Failure::Kind::provider_failed;
  first.note(a_call());
  first.note(failed);
  second.note(a_call());
  EXPECT_EQ(
      lines({&first, &second}, "weir_requests_total{"),
      "weir_requests_total{path=\"/v1/chat/completions\",model=\"gpt\",tier=\"gold\",outcome=\"ok\"} 2\n"
      "weir_requests_total{path=\"/v1/chat/completions\",model=\"gpt\",tier=\"gold\","
      "outcome=\"provider_error\"} 1\n");
  EXPECT_EQ(lines({&first, &second}, "weir_request_seconds_sum"),
            "weir_request_seconds_sum{path=\"/v1/chat/completions\",model=\"gpt\",tier=\"gold\"} 0.12\n");
  EXPECT_EQ(lines({&first, &second}, "weir_errors_total{kind=\"provider_failed\""),
            "weir_errors_total{kind=\"provider_failed\",origin=\"provider\"} 1\n");
}

TEST(CallFigures, the_same_name_at_another_address_is_the_same_series) {
  std::string elsewhere("gpt");
  auto call = a_call();
  CallFigures figures;
  figures.note(call);
  call.model = elsewhere;
  figures.note(call);
  EXPECT_TRUE(lines({&figures}, "weir_requests_total{").ends_with("\"} 2\n"));
}

TEST(CallFigures, the_first_token_is_timed_in_streams_that_ended_well) {
  CallFigures figures;
  auto stream = a_call();
  stream.streamed = true;
  stream.first_byte = milliseconds(3);
  figures.note(stream);
  stream.outcome = Outcome::provider_error;  // its first byte was an error's
  figures.note(stream);
  figures.note(a_call());
  constexpr std::string_view kLabels = "{model=\"gpt\",tier=\"gold\"}";
  EXPECT_EQ(lines({&figures}, "weir_time_to_first_token_seconds_sum"),
            fmt::format("weir_time_to_first_token_seconds_sum{} 0.003\n", kLabels));
  EXPECT_EQ(lines({&figures}, "weir_time_to_first_token_seconds_count"),
            fmt::format("weir_time_to_first_token_seconds_count{} 1\n", kLabels));
}

TEST(CallFigures, tells_what_the_cache_did_and_saved) {
  CallFigures figures;
  auto call = a_call();
  figures.note(call);  // nothing was asked of the cache
  call.cache = CacheResult::miss;
  figures.note(call);
  call.cache = CacheResult::hit;
  call.saved = NanoDollars{700};
  figures.note(call);
  figures.note(call);
  call.cache = CacheResult::joined;
  figures.note(call);
  EXPECT_EQ(lines({&figures}, "weir_cache_requests_total{"),
            "weir_cache_requests_total{layer=\"memory\",result=\"bypass\"} 0\n"
            "weir_cache_requests_total{layer=\"memory\",result=\"hit\"} 2\n"
            "weir_cache_requests_total{layer=\"memory\",result=\"joined\"} 1\n"
            "weir_cache_requests_total{layer=\"memory\",result=\"miss\"} 1\n"
            "weir_cache_requests_total{layer=\"memory\",result=\"stale\"} 0\n");
  EXPECT_EQ(lines({&figures}, "weir_saved_nanos_total{"),
            "weir_saved_nanos_total{by=\"hit\"} 1400\nweir_saved_nanos_total{by=\"joined\"} 700\n");
}

TEST(CallFigures, counts_attempts_by_what_the_provider_answered) {
  CallFigures figures;
  auto attempt = an_attempt();
  figures.note(attempt);
  attempt.status = 503;
  attempt.failure = Failure::Kind::provider_overloaded;
  figures.note(attempt);
  attempt.status = 0;
  attempt.failure = Failure::Kind::client_gone;
  figures.note(attempt);
  attempt.key_name = {};
  attempt.failure = Failure::Kind::draining;
  figures.note(attempt);
  EXPECT_EQ(lines({&figures}, "weir_upstream_attempts_total{"),
            "weir_upstream_attempts_total{provider=\"openai\",key_name=\"main\",status_code=\"200\"} 1\n"
            "weir_upstream_attempts_total{provider=\"openai\",key_name=\"main\",status_code=\"503\"} 1\n"
            "weir_upstream_attempts_total{provider=\"openai\",key_name=\"main\",status_code=\"none\"} 1\n"
            "weir_upstream_attempts_total{provider=\"openai\",key_name=\"none\",status_code=\"none\"} 1\n");
  EXPECT_EQ(lines({&figures}, "weir_upstream_cancelled_total{"),
            "weir_upstream_cancelled_total{provider=\"openai\"} 2\n");
}

TEST(CallFigures, sums_up_tokens_and_what_they_cost) {
  CallFigures figures;
  auto attempt = an_attempt();
  attempt.usage = Usage{.input = 100, .cached_input = 60, .output = 7, .reasoning = 5};
  attempt.cost = NanoDollars{1234};
  figures.note(attempt);
  attempt.cost = {};  // no price is known
  figures.note(attempt);
  attempt.usage = {};  // it told no usage, so it is not known to be unpriced
  figures.note(attempt);
  EXPECT_EQ(lines({&figures}, "weir_tokens_total{"),
            "weir_tokens_total{tier=\"gold\",direction=\"cached_input\"} 120\n"
            "weir_tokens_total{tier=\"gold\",direction=\"input\"} 200\n"
            "weir_tokens_total{tier=\"gold\",direction=\"output\"} 14\n"
            "weir_tokens_total{tier=\"gold\",direction=\"reasoning\"} 10\n");
  EXPECT_EQ(lines({&figures}, "weir_cost_nanos_total{"),
            "weir_cost_nanos_total{model=\"gpt\",team=\"default\"} 1234\n");
  EXPECT_EQ(lines({&figures}, "weir_unpriced_calls_total{"), "weir_unpriced_calls_total{model=\"gpt\"} 1\n");
}

}  // namespace
}  // namespace weir::journey
