#include "resilience/quota.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "resilience/reset_time.h"

namespace weir::resilience {
namespace {

struct LimitHeaders {
  std::string_view limit, remaining, reset;
};
constexpr std::array kLimits{
    LimitHeaders{"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests",
                 "x-ratelimit-reset-requests"},
    LimitHeaders{"x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"},
    LimitHeaders{"anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining",
                 "anthropic-ratelimit-requests-reset"},
    LimitHeaders{"anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining",
                 "anthropic-ratelimit-tokens-reset"},
    LimitHeaders{"anthropic-ratelimit-input-tokens-limit", "anthropic-ratelimit-input-tokens-remaining",
                 "anthropic-ratelimit-input-tokens-reset"},
    LimitHeaders{"anthropic-ratelimit-output-tokens-limit", "anthropic-ratelimit-output-tokens-remaining",
                 "anthropic-ratelimit-output-tokens-reset"},
};

std::optional<std::uint64_t> count_in(const http::Headers& headers, std::string_view name) {
  auto text = headers.find(name);
  if (!text) return std::nullopt;
  std::uint64_t count = 0;
  const char* end = text->data() + text->size();
  auto [stopped, error] = std::from_chars(text->data(), end, count);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return count;
}

std::optional<QuotaReading> read_limit(const http::Headers& headers, const LimitHeaders& names,
                                       WallTime now) {
  auto limit = count_in(headers, names.limit);
  if (!limit || *limit == 0) return std::nullopt;
  auto remaining = count_in(headers, names.remaining);
  auto reset = headers.find(names.reset);
  if (!remaining || !reset) return std::nullopt;
  auto until_reset = read_reset(*reset, now);
  if (!until_reset) return std::nullopt;
  double left = static_cast<double>(*remaining) / static_cast<double>(*limit);
  return QuotaReading{.left = std::min(left, 1.0), .reset = *until_reset};
}

// Of two with as little left, the one that takes longer.
bool scarcer(const QuotaReading& a, const QuotaReading& b) {
  return a.left != b.left ? a.left < b.left : a.reset > b.reset;
}

}  // namespace

std::optional<QuotaReading> read_quota(const http::Headers& headers, WallTime now) {
  std::optional<QuotaReading> scarcest;
  for (const auto& names : kLimits) {
    auto reading = read_limit(headers, names, now);
    if (reading && (!scarcest || scarcer(*reading, *scarcest))) scarcest = reading;
  }
  return scarcest;
}

void Quota::note(const QuotaReading& reading, TimePoint now) {
  left_ = reading.left;
  until_ = now + reading.reset;
}

std::optional<QuotaReading> Quota::reading(TimePoint now) const {
  TimePoint until = until_.load();
  if (now >= until) return std::nullopt;
  return QuotaReading{.left = left_.load(), .reset = until - now};
}

}  // namespace weir::resilience
