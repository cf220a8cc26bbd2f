#include "mock/provider_lines.h"

namespace weir::mock {
namespace {

// platform.openai.com/docs/api-reference/debugging-requests
void add_openai_lines(http::HeaderLines& lines, const Behaviour& behaviour, std::string_view request_id) {
  lines.add("x-request-id", request_id);
  lines.add("openai-version", "2020-10-01");
  lines.add("openai-organization", "weir-mock");
  lines.add("openai-processing-ms", fmt::format("{}", behaviour.time_to_first_token.count()));
  lines.add("x-ratelimit-limit-requests", "10000");
  lines.add("x-ratelimit-remaining-requests", "9999");
  lines.add("x-ratelimit-reset-requests", "6ms");
  lines.add("x-ratelimit-limit-tokens", "2000000");
  lines.add("x-ratelimit-remaining-tokens", "1999000");
  lines.add("x-ratelimit-reset-tokens", "30ms");
}

// docs.anthropic.com/en/api/rate-limits
void add_anthropic_lines(http::HeaderLines& lines, std::string_view request_id) {
  lines.add("request-id", request_id);
  lines.add("anthropic-organization-id", "weir-mock");
  for (std::string_view kind : {"requests", "tokens"}) {
    lines.add(fmt::format("anthropic-ratelimit-{}-limit", kind), "10000");
    lines.add(fmt::format("anthropic-ratelimit-{}-remaining", kind), "9999");
    lines.add(fmt::format("anthropic-ratelimit-{}-reset", kind), "2025-06-15T15:06:41Z");
  }
}

}  // namespace

http::HeaderLines provider_lines(Dialect dialect, const Answer& answer, const Behaviour& behaviour,
                                 std::string_view request_id) {
  http::HeaderLines lines;
  lines.add("content-type", answer.is_stream() ? "text/event-stream; charset=utf-8" : answer.content_type);
  if (answer.is_stream()) lines.add("cache-control", "no-cache");
  if (dialect == Dialect::openai) {
    add_openai_lines(lines, behaviour, request_id);
  } else {
    add_anthropic_lines(lines, request_id);
  }
  if (answer.retry_after) {
    lines.add("retry-after",
              fmt::format("{}", std::chrono::ceil<std::chrono::seconds>(*answer.retry_after).count()));
  }
  return lines;
}

}  // namespace weir::mock
