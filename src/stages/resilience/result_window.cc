#include "resilience/result_window.h"

#include <algorithm>

namespace weir::resilience {
namespace {

constexpr std::int64_t kSeconds = 64;  // that a byte can tell apart
static_assert(ResultWindow::kKept.count() < kSeconds);

Result result_of(std::uint8_t packed) { return static_cast<Result>(packed & 3); }

}  // namespace

std::int64_t ResultWindow::second_of(Packed packed) const {
  std::int64_t age = (newest_ - (packed >> 2)) & (kSeconds - 1);
  return newest_ - age;
}

void ResultWindow::resize(std::size_t most) {
  most_ = most;
  while (results_.size() > most_) drop_oldest();
}

void ResultWindow::add(Result result, TimePoint now) {
  // Loops' clocks differ by a little.
  std::int64_t second = std::max(
      newest_, std::int64_t{std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count()});
  while (!results_.empty() && second - second_of(results_.front()) > kKept.count()) drop_oldest();
  if (results_.size() == most_) drop_oldest();
  newest_ = second;
  results_.push_back(static_cast<Packed>((second & (kSeconds - 1)) << 2 | static_cast<std::uint8_t>(result)));
  failed_ += result == Result::failed ? 1 : 0;
  slow_ += result == Result::slow ? 1 : 0;
}

// Which of them it was is not known, and doesn't matter.
void ResultWindow::turn_to_failed(TimePoint now) {
  auto one = std::ranges::find_if(results_, [](Packed each) { return result_of(each) != Result::failed; });
  if (one != results_.end()) {
    slow_ -= result_of(*one) == Result::slow ? 1 : 0;
    results_.erase(one);
  }
  add(Result::failed, now);
}

void ResultWindow::drop_oldest() {
  Result result = result_of(results_.front());
  failed_ -= result == Result::failed ? 1 : 0;
  slow_ -= result == Result::slow ? 1 : 0;
  results_.pop_front();
}

void ResultWindow::forget() {
  results_.clear();
  failed_ = slow_ = 0;
}

}  // namespace weir::resilience
