#include "journey/call_figures.h"

namespace weir::journey {
namespace {

constexpr std::string_view kNone = "none";
constexpr std::string_view kMemory = "memory";        // the only layer of the cache
constexpr std::string_view kDefaultTeam = "default";  // until there are teams
// `none` is no result: nothing was asked of the cache.
constexpr std::array kCacheResults{CacheResult::hit, CacheResult::miss, CacheResult::stale,
                                   CacheResult::joined, CacheResult::bypass};
constexpr std::array kSaving{CacheResult::hit, CacheResult::joined};

// "000", "001", …, as statuses are written.
constexpr auto kStatusDigits = [] {
  std::array<char, 3 * 1000> digits{};
  for (std::size_t i = 0; i < digits.size(); ++i) {
    std::size_t status = i / 3;
    std::size_t digit = i % 3 == 0 ? status / 100 : i % 3 == 1 ? status / 10 % 10 : status % 10;
    digits[i] = static_cast<char>('0' + digit);
  }
  return digits;
}();

std::string_view status_text(std::uint16_t status) {
  if (status == 0) return kNone;
  if (status > 999) return telemetry::kOther;
  return {&kStatusDigits[std::size_t{3} * status], 3};
}

bool broken_off(const AttemptRecord& attempt) {
  return attempt.failure == Failure::Kind::client_gone || attempt.failure == Failure::Kind::draining;
}

}  // namespace

void CallFigures::note(const CallRecord& call) {
  auto& calls = calls_.of({call.path, call.model, call.tier});
  calls.outcomes[std::to_underlying(call.outcome)].add();
  calls.seconds.observe(call.ended);
  if (call.streamed && call.outcome == Outcome::ok) calls.first_token.observe(call.first_byte);
  if (call.failure) failures_[std::to_underlying(*call.failure)].add();
  cache_[std::to_underlying(call.cache)].add();
  if (call.saved)
    saved_nanos_[std::to_underlying(call.cache)].add(static_cast<std::uint64_t>(call.saved->count));
}

void CallFigures::note(const AttemptRecord& attempt) {
  auto key_name = attempt.key_name.empty() ? kNone : attempt.key_name;
  auto& attempts = attempts_.of({attempt.provider, key_name, status_text(attempt.status)});
  attempts.all.add();
  if (broken_off(attempt)) attempts.cancelled.add();

  if (!attempt.usage && !attempt.cost) return;
  auto& spending = spending_.of({attempt.model, attempt.tier});
  if (attempt.usage) {
    spending.input.add(attempt.usage->input);
    spending.output.add(attempt.usage->output);
    spending.cached_input.add(attempt.usage->cached_input);
    spending.reasoning.add(attempt.usage->reasoning);
  }
  if (attempt.cost) {
    spending.nanos.add(static_cast<std::uint64_t>(attempt.cost->count));
  } else {
    spending.unpriced.add();
  }
}

void CallFigures::note_retry(const FailedAttempt& failed) {
  retries_.of({failed.key_name.empty() ? kNone : failed.key_name, status_text(failed.status)}).add();
}

void CallFigures::note_fallback(std::string_view from, std::string_view to, Fallback reason) {
  fallbacks_.of({from, to, name_of(reason)}).add();
}

void CallFigures::add_to(telemetry::MetricsPage& page) const {
  add_calls_to(page);
  add_attempts_to(page);
  for (std::size_t i = 0; i < failures_.size(); ++i) {
    const auto& kind = class_of(static_cast<Failure::Kind>(i));
    page.add("weir_errors_total", {kind.code, name_of(kind.origin)}, failures_[i].value());
  }
  for (auto result : kCacheResults) {
    page.add("weir_cache_requests_total", {kMemory, name_of(result)}, calls(result));
  }
  for (auto result : kSaving) page.add("weir_saved_nanos_total", {name_of(result)}, saved_nanos(result));
}

void CallFigures::add_calls_to(telemetry::MetricsPage& page) const {
  calls_.each([&](const auto& key, const Calls& calls) {
    auto [path, model, tier] = key;
    for (std::size_t i = 0; i < calls.outcomes.size(); ++i) {
      auto count = calls.outcomes[i].value();
      auto outcome = name_of(static_cast<Outcome>(i));
      if (count > 0) page.add("weir_requests_total", {path, model, tier, outcome}, count);
    }
    page.add({path, model, tier}, calls.seconds);
    page.add({model, tier}, calls.first_token);
  });
}

void CallFigures::add_attempts_to(telemetry::MetricsPage& page) const {
  attempts_.each([&](const auto& key, const Attempts& attempts) {
    auto [provider, key_name, status_code] = key;
    page.add("weir_upstream_attempts_total", {provider, key_name, status_code}, attempts.all.value());
    page.add("weir_upstream_cancelled_total", {provider}, attempts.cancelled.value());
  });
  retries_.each([&](const auto& key, const Counter& count) {
    auto [key_name, status_code] = key;
    page.add("weir_upstream_retries_total", {key_name, status_code}, count.value());
  });
  page.add("weir_hedges_total", {"won"}, hedges_[std::to_underlying(Hedge::won)].value());
  page.add("weir_hedges_total", {"lost"}, hedges_[std::to_underlying(Hedge::lost)].value());
  fallbacks_.each([&](const auto& key, const Counter& count) {
    auto [from, to, reason] = key;
    page.add("weir_fallbacks_total", {from, to, reason}, count.value());
  });
  spending_.each([&](const auto& key, const Spending& spending) {
    auto [model, tier] = key;
    page.add("weir_tokens_total", {tier, "input"}, spending.input.value());
    page.add("weir_tokens_total", {tier, "output"}, spending.output.value());
    page.add("weir_tokens_total", {tier, "cached_input"}, spending.cached_input.value());
    page.add("weir_tokens_total", {tier, "reasoning"}, spending.reasoning.value());
    page.add("weir_cost_nanos_total", {model, kDefaultTeam}, spending.nanos.value());
    page.add("weir_unpriced_calls_total", {model}, spending.unpriced.value());
  });
}

}  // namespace weir::journey
