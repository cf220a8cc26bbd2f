#include "provider/verdict.h"

#include <charconv>
#include <cmath>
#include <ctime>

#include "wire/errors.h"

namespace weir::provider {

Verdict verdict_on(int status) {
  if (status >= 200 && status < 300) return Verdict::good;
  if (status < 400 || status >= 500) return Verdict::failed;
  if (status == 401 || status == 402 || status == 403) return Verdict::failed;
  return Verdict::handed_on;
}

namespace {

std::optional<double> number(std::string_view text) {
  double value = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::chrono::seconds whole_seconds(double seconds) {
  constexpr double kLongest = 24 * 3600;
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(std::min(seconds, kLongest))));
}

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::optional<std::chrono::seconds> seconds_until(std::string_view date, WallTime now) {
  std::tm parsed{};
  std::string text(date);
  if (strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parsed) == nullptr) return std::nullopt;
  auto seconds = timegm(&parsed) - std::chrono::system_clock::to_time_t(now);
  return whole_seconds(static_cast<double>(std::max<std::time_t>(seconds, 0)));
}

}  // namespace

std::optional<std::chrono::seconds> retry_after(const http::Headers& headers, WallTime now) {
  if (auto text = headers.find("retry-after-ms")) {
    if (auto milliseconds = number(*text)) return whole_seconds(*milliseconds / 1000);
  }
  auto text = headers.find("retry-after");
  if (!text) return std::nullopt;
  if (auto seconds = number(*text)) return whole_seconds(*seconds);
  return seconds_until(*text, now);
}

Failure failure_of_status(std::string_view provider, const http::ResponseHead& head, std::string_view body,
                          WallTime now) {
  int status = head.status;
  if (status == 401 || status == 402 || status == 403) {
    return {.kind = Failure::Kind::provider_auth,
            .message = fmt::format(
                "Provider {} refused weir's key or account (status {}); whoever runs this gateway "
                "must look at the provider's keys in its configuration.",
                provider, status)};
  }
  if (status == 503 || status == 529) {
    return {.kind = Failure::Kind::provider_overloaded,
            .message = fmt::format("Provider {} is overloaded.", provider),
            .provider_words = wire::provider_message(body),
            .retryable = true,
            .retry_after = retry_after(head.headers, now).value_or(std::chrono::seconds(1))};
  }
  return {.kind = Failure::Kind::provider_failed,
          .message = fmt::format("Provider {} failed with status {}.", provider, status),
          .retryable = true};
}

}  // namespace weir::provider
