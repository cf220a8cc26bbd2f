#include "resilience/concurrency_limit.h"

#include <algorithm>

namespace weir::resilience {
namespace {

constexpr double kDecrease = 0.9;
constexpr Duration kShortestRoundTrip = std::chrono::milliseconds(100);
constexpr std::uint32_t kLeastUnderWay = 4;  // fewer are not congestion, however slow
constexpr std::uint32_t kSlowerInARow = 20;
constexpr double kFarSlower = 2;
constexpr double kLeastSlowdown = 0.25;  // seconds; less may be weir's own turns
constexpr std::chrono::minutes kMinute{1};

}  // namespace

// Not an addition that is taken back when it was too much: meanwhile that could keep out somebody for whom
// there is room.
bool ConcurrencyLimit::enter() {
  std::uint32_t limit = limit_.load();
  std::uint32_t under_way = under_way_.load();
  do {
    if (limit != 0 && under_way >= limit) return false;
  } while (!under_way_.compare_exchange_weak(under_way, under_way + 1));
  return true;
}

bool ConcurrencyLimit::full() const {
  std::uint32_t limit = limit_.load();
  return limit != 0 && under_way_.load() >= limit;
}

void ConcurrencyLimit::note_answer(Duration head, TimePoint now) {
  note_under_way(now);
  if (far_slower(head)) return decrease(now);
  increase();
}

void ConcurrencyLimit::note_congestion(TimePoint now) {
  note_under_way(now);
  decrease(now);
}

bool ConcurrencyLimit::far_slower(Duration head) {
  double seconds = std::chrono::duration<double>(head).count();
  recent_.add(seconds);
  usual_.add(seconds);
  slower_in_a_row_ = seconds > usual_.of ? slower_in_a_row_ + 1 : 0;
  return slower_in_a_row_ >= kSlowerInARow && recent_.of > kFarSlower * usual_.of &&
         recent_.of - usual_.of >= kLeastSlowdown && under_way() >= kLeastUnderWay;
}

void ConcurrencyLimit::decrease(TimePoint now) {
  if (now < next_decrease_) return;
  slower_in_a_row_ = 0;
  auto round_trip = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(recent_.of));
  next_decrease_ = now + std::max(round_trip, kShortestRoundTrip);
  double less = std::max(1.0, kDecrease * under_way());
  set(exact_ == 0 ? less : std::min(less, exact_));
}

void ConcurrencyLimit::increase() {
  if (exact_ == 0) return;
  bool used = 2.0 * under_way() >= exact_;
  double more = used ? exact_ + 1 / exact_ : exact_;
  set(more > 2.0 * std::max(most_, most_before_) ? 0 : more);
}

void ConcurrencyLimit::note_under_way(TimePoint now) {
  if (now >= minute_ends_) {
    most_before_ = now < minute_ends_ + kMinute ? most_ : 0;
    most_ = 0;
    minute_ends_ = now + kMinute;
  }
  most_ = std::max(most_, under_way());
}

void ConcurrencyLimit::set(double limit) {
  exact_ = limit;
  limit_ = static_cast<std::uint32_t>(limit);
}

}  // namespace weir::resilience
