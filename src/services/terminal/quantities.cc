#include "terminal/quantities.h"

#include <array>
#include <string_view>

namespace weir::terminal {
namespace {

constexpr std::int64_t kNanosInADollar = 1'000'000'000;
constexpr std::int64_t kNanosInACent = kNanosInADollar / 100;

// Rounded half up to two significant digits.
std::int64_t to_two_digits(std::int64_t count) {
  std::int64_t unit = 1;
  while (count / unit >= 100) unit *= 10;
  return (count + unit / 2) / unit * unit;
}

}  // namespace

std::string grouped(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string readable(Bytes size) {
  constexpr std::array<std::string_view, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  auto shown = static_cast<double>(size.count);
  std::size_t unit = 0;
  // 1023.95 KiB would be shown as 1024.0.
  while (shown >= (unit == 0 ? 1024 : 1023.95) && unit + 1 < kUnits.size()) {
    shown /= 1024;
    ++unit;
  }
  std::string number = fmt::format("{:.{}f}", shown, unit == 0 ? 0 : 1);
  if (number.ends_with(".0")) number.resize(number.size() - 2);
  return fmt::format("{} {}", number, kUnits[unit]);
}

std::string readable(NanoDollars amount) {
  if (amount.count < 0) return "-" + readable(NanoDollars{-amount.count});
  if (amount.count == 0) return "$0";
  if (amount.count < kNanosInACent) return "$" + to_dollars({to_two_digits(amount.count)});
  std::int64_t cents = amount.count / kNanosInACent + (amount.count % kNanosInACent >= kNanosInACent / 2);
  return fmt::format("${}.{:02}", grouped(static_cast<std::uint64_t>(cents / 100)), cents % 100);
}

std::string readable(std::chrono::seconds time) {
  using namespace std::chrono;
  if (time < minutes(1)) return fmt::format("{} s", std::max<seconds::rep>(time.count(), 0));
  if (time < hours(1)) return fmt::format("{} min", duration_cast<minutes>(time).count());
  if (time < days(2)) return fmt::format("{} h", duration_cast<hours>(time).count());
  return fmt::format("{} days", duration_cast<days>(time).count());
}

std::string percent_of(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  return fmt::format("{:.1f}%", 100 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace weir::terminal
