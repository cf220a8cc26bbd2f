#include "resilience/breaker.h"

#include <algorithm>

namespace weir::resilience {
namespace {

// Fewer results say too little.
constexpr std::uint32_t kLeastResults = 10;

bool reaches(std::size_t bad, std::size_t all, Share ratio) {
  return bad > 0 && static_cast<double>(bad) >= ratio.of_one * static_cast<double>(all);
}

}  // namespace

Breaker::Breaker(const config::BreakerSettings& settings) : results_(settings.window) { apply(settings); }

void Breaker::apply(const config::BreakerSettings& settings) {
  settings_ = settings;
  results_.resize(settings.window);
  probes_ = settings.probes;
  enabled_ = settings.enabled;
  if (tripped() && (!settings.enabled || probes_succeeded_ >= settings.probes)) close();
}

bool Breaker::always_closed() const { return !enabled_.load() || forced_.load() == Forced::closed; }

Breaker::Status Breaker::status(TimePoint now) const {
  if (forced_.load() == Forced::open) return {State::open, TimePoint::max()};
  TimePoint until = open_until_.load();
  if (until == kClosed || always_closed()) return {State::closed};
  if (now < until) return {State::open, until};
  return {State::half_open};
}

std::uint32_t Breaker::probes_left() const {
  std::uint32_t most = probes_.load();
  return most - std::min(most, probes_taken_.load());
}

// The number is read first: should it open in between, this attempt counts as one that began before.
std::optional<Breaker::Pass> Breaker::enter_closed() const {
  Pass pass{.openings = openings_.load(), .probe = false};
  if (forced_.load() == Forced::open || (tripped() && !always_closed())) return std::nullopt;
  return pass;
}

std::optional<Breaker::Pass> Breaker::enter(TimePoint now) {
  if (auto pass = enter_closed()) return pass;
  if (status(now).state == State::open || probes_left() == 0) return std::nullopt;
  ++probes_taken_;
  return Pass{.openings = openings_.load(), .probe = true};
}

void Breaker::note(const Pass& pass, Result result, TimePoint now) {
  if (pass.openings != openings_.load()) return;
  if (pass.probe) return note_probe(result, now);
  results_.add(result, now);
  judge(now);
}

void Breaker::note_failed_after_all(const Pass& pass, TimePoint now) {
  if (pass.openings != openings_.load()) return;
  if (pass.probe && tripped()) return open(now);
  results_.turn_to_failed(now);
  judge(now);
}

void Breaker::judge(TimePoint now) {
  if (enabled_.load() && forced_.load() == Forced::no && too_many_bad()) open(now);
}

bool Breaker::too_many_bad() const {
  if (results_.size() < std::min(kLeastResults, settings_.window)) return false;
  return reaches(results_.failed(), results_.size(), settings_.failure_ratio) ||
         reaches(results_.slow(), results_.size(), settings_.slow_ratio);
}

void Breaker::note_probe(Result result, TimePoint now) {
  if (!tripped()) return;
  if (result != Result::good) return open(now);
  if (++probes_succeeded_ >= settings_.probes) close();
}

void Breaker::withdraw(const Pass& pass) {
  if (pass.probe && pass.openings == openings_.load() && tripped()) --probes_taken_;
}

void Breaker::open(TimePoint now) {
  ++in_a_row_;
  ++openings_;
  probes_succeeded_ = 0;
  probes_taken_ = 0;
  open_until_ = now + std::min(settings_.open * in_a_row_, settings_.open_cap);
}

void Breaker::close() {
  in_a_row_ = 0;
  results_.forget();
  open_until_ = kClosed;
}

void Breaker::force(Forced forced) {
  if (forced == forced_.load()) return;
  if (tripped()) close();
  forced_ = forced;
}

Breaker::Report Breaker::report(TimePoint now) const {
  return {.state = status(now).state,
          .forced = forced_.load(),
          .in_a_row = in_a_row_,
          .openings = openings_.load(),
          .results = results_.size(),
          .failed = results_.failed(),
          .slow = results_.slow()};
}

}  // namespace weir::resilience
