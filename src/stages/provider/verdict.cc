#include "provider/verdict.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>

#include "wire/provider_error.h"

namespace weir::provider {

namespace {

// What callers' SDKs ask again after (408, 409, 429, 5xx:
// github.com/openai/openai-python, _base_client.py) weir does, too; and what is about a key is tried with
// another.
constexpr std::array kRows = [] {
  using enum Verdict;
  using enum Remedy;
  using Outcome = EndpointOutcome;
  return std::to_array<JudgedStatuses>({
      {200, 299, {good, none, Outcome::answered, "the answer"}},
      {300, 399, {failed, elsewhere, Outcome::failed, "no provider is at this address"}},
      {401, 401, {failed, other_key, Outcome::failed, "the key is refused"}},
      {402, 402, {failed, other_key, Outcome::failed, "the account can't pay"}},
      {403, 403, {failed, other_key, Outcome::failed, "the key may not do this"}},
      {408, 408, {handed_on, elsewhere, Outcome::overloaded, "the provider waited too long for the request"}},
      {409, 409, {handed_on, elsewhere, Outcome::answered, "the provider is busy with the same thing"}},
      {429, 429, {handed_on, free_key, Outcome::congested, "more than the key may ask for"}},
      {400, 499, {handed_on, none, Outcome::answered, "the request is at fault"}},
      {501, 501, {failed, none, Outcome::answered, "the provider can't do this at all"}},
      {503, 503, {failed, elsewhere, Outcome::overloaded, "the provider has too much to do"}},
      {529, 529, {failed, elsewhere, Outcome::overloaded, "Anthropic has too much to do"}},
      {500, 599, {failed, elsewhere, Outcome::failed, "the provider failed"}},
  });
}();

}  // namespace

std::span<const JudgedStatuses> judgements() { return kRows; }

Judgement judge(int status) {
  const auto* row = std::ranges::find_if(
      kRows, [&](const JudgedStatuses& each) { return status >= each.least && status <= each.most; });
  if (row != kRows.end()) return row->judgement;
  return {.verdict = Verdict::failed,
          .remedy = Remedy::elsewhere,
          .outcome = EndpointOutcome::failed,
          .why = "no status of HTTP"};
}

namespace {

std::optional<double> number(std::string_view text) {
  double value = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::chrono::milliseconds time_of(double seconds) {
  constexpr double kLongest = 24 * 3600;
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(std::min(seconds, kLongest) * 1000)));
}

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::optional<std::chrono::milliseconds> time_until(std::string_view date, WallTime now) {
  std::tm parsed{};
  std::string text(date);
  if (strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parsed) == nullptr) return std::nullopt;
  auto seconds = timegm(&parsed) - std::chrono::system_clock::to_time_t(now);
  return time_of(static_cast<double>(std::max<std::time_t>(seconds, 0)));
}

}  // namespace

std::optional<std::chrono::milliseconds> retry_after(const http::Headers& headers, WallTime now) {
  if (auto text = headers.find("retry-after-ms")) {
    if (auto milliseconds = number(*text)) return time_of(*milliseconds / 1000);
  }
  auto text = headers.find("retry-after");
  if (!text) return std::nullopt;
  if (auto seconds = number(*text)) return time_of(*seconds);
  return time_until(*text, now);
}

// The statuses that these errors would have had, by their type or code (docs.anthropic.com/en/api/errors,
// platform.openai.com/docs/guides/error-codes).
std::optional<FailedStream> failure_of_event(std::string_view provider, std::string_view event) {
  struct Type {
    std::string_view name;
    int status;
  };
  constexpr std::array kTypes{Type{"overloaded_error", 529},     Type{"rate_limit_error", 429},
                              Type{"rate_limit_exceeded", 429},  Type{"api_error", 500},
                              Type{"server_error", 500},         Type{"internal_server_error", 500},
                              Type{"service_unavailable", 503},  Type{"service_unavailable_error", 503},
                              Type{"server_is_overloaded", 503}, Type{"slow_down", 503},
                              Type{"timeout_error", 504}};
  auto error = wire::read_error(event);
  const auto* type = std::ranges::find_if(
      kTypes, [&](const Type& each) { return each.name == error.type || each.name == error.code; });
  if (type == kTypes.end()) return std::nullopt;
  auto judgement = judge(type->status);
  bool full = judgement.outcome != EndpointOutcome::failed && type->status != 504;
  Failure failure{
      .kind = full ? Failure::Kind::provider_overloaded : Failure::Kind::provider_failed,
      .message = fmt::format("Provider {} began its answer with an error ({}).", provider, type->name),
      .retryable = true,
      .remedy = judgement.remedy};
  if (full) failure.provider_words = std::move(error.message);
  return FailedStream{std::move(failure), judgement.outcome};
}

Failure failure_of_status(std::string_view provider, int status, std::string_view body,
                          std::optional<Duration> asked_to_wait) {
  if (status == 401 || status == 402 || status == 403) {
    return {.kind = Failure::Kind::provider_auth,
            .message = fmt::format(
                "Provider {} refused weir's key or account (status {}); whoever runs this gateway "
                "must look at the provider's keys in its configuration.",
                provider, status),
            .remedy = judge(status).remedy};
  }
  if (status == 503 || status == 529) {
    return {.kind = Failure::Kind::provider_overloaded,
            .message = fmt::format("Provider {} is overloaded.", provider),
            .provider_words = wire::read_error(body).message,
            .retryable = true,
            .remedy = judge(status).remedy,
            .retry_after =
                std::chrono::ceil<std::chrono::seconds>(asked_to_wait.value_or(std::chrono::seconds(1)))};
  }
  return {.kind = Failure::Kind::provider_failed,
          .message = fmt::format("Provider {} failed with status {}.", provider, status),
          .retryable = true,
          .remedy = judge(status).remedy};
}

}  // namespace weir::provider
